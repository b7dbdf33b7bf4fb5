"""The critic of the refinement stage: looks at patches of the composite and at the sketch, and tells painted from made. Hinge
loss with spectral normalization (Miyato et al. 2018), a few labels flipped as the seed did."""
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm


class Critic(nn.Module):
    """ink [n, 1, h, w] and composite [n, 3, h, w] -> one score for each patch of about 46 pixels."""

    def __init__(self, widths=(24, 48, 96)):
        super().__init__()
        layers, channels = [], 4
        for width in widths:
            layers += [spectral_norm(nn.Conv2d(channels, width, 4, stride=2, padding=1)), nn.LeakyReLU(0.2)]
            channels = width
        self.body = nn.Sequential(*layers, spectral_norm(nn.Conv2d(channels, 1, 3, padding=1)))

    def forward(self, ink, composite):
        return self.body(torch.cat([ink, composite], 1))


def critic_loss(critic, ink, truth, made, flips=0.05):
    """What the critic minimizes; `truth` and `made` are composites, `flips` the share of pictures with the wrong label."""
    real, fake = critic(ink, truth), critic(ink, made.detach())
    sign = torch.where(torch.rand(ink.shape[0], 1, 1, 1, device=ink.device) < flips, -1.0, 1.0)
    return (F.relu(1 - sign * real) + F.relu(1 + sign * fake)).mean()


def made_loss(critic, ink, made):
    """What the network minimizes to please the critic."""
    return -critic(ink, made).mean()

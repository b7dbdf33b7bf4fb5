"""Half precision where it is faster than single: on CUDA, and on processors that multiply bfloat16. Elsewhere (AVX2 alone) PyTorch
would imitate it, several times slower."""
import torch


def fast_precision(device: torch.device | str, enabled: bool = True):
    """A context in which convolutions run in bfloat16, if the device has it."""
    kind = torch.device(device).type
    has = kind == "cuda" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.autocast(kind, torch.bfloat16, enabled=enabled and has)

/**
 * The PyPI wheels that hold TensorFlow's C library, pinned. Never installed and never run: their libraries and headers are taken out.
 *
 * TensorFlow 2.18.1 exports the C interface that tfjs-node 4.22 calls, and its own metadata (extra `and-cuda`) pins NVIDIA's wheels to
 * exactly these versions. NVIDIA's libraries come under NVIDIA's licence: the operator downloads them; Nurie passes none on.
 */
import type { TfjsKind } from '../tfjsFolder.ts'

export type Wheel = {
  name: string
  version: string
  bytes: number
  sha256: string
  /** Patterns (Python's fnmatch) of the files that are taken out. */
  take: readonly string[]
}

/** The wheels' Python, which never runs: it only names files. */
export const wheelPython = { version: '3.11', abi: 'cp311', platform: 'manylinux2014_x86_64' } as const

const TENSORFLOW = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/*.h',
  'tensorflow/include/tensorflow/core/platform/ctstring*.h',
  'tensorflow/include/tsl/platform/ctstring*.h',
  'tensorflow/include/xla/tsl/c/*.h',
  // Licences lie beside what they are for.
  'tensorflow/THIRD_PARTY_NOTICES.txt',
]

const NVIDIA = [
  'nvidia/*/lib/*.so*',
  // Compiles kernels for GPUs newer than the libraries.
  'nvidia/cuda_nvcc/bin/ptxas',
  'nvidia/cuda_nvcc/nvvm/libdevice/*',
  '*.dist-info/License.txt',
]

const wheel = (
  take: readonly string[],
  name: string,
  version: string,
  bytes: number,
  sha256: string,
): Wheel => ({
  name,
  version,
  bytes,
  sha256,
  take,
})

// prettier-ignore
export const wheels: Record<TfjsKind, readonly Wheel[]> = {
  cpu: [
    wheel(TENSORFLOW, 'tensorflow-cpu', '2.18.1', 230236181, '810c75d7149d2da0cb2092187817b0dcabb80728ca9f9cf3a61f3f42fadd1298'),
  ],
  gpu: [
    wheel(TENSORFLOW, 'tensorflow', '2.18.1', 615510377, 'c9f87e5d2a680a4595f5dc30daf6bbaec9d4129b46d7ef1b2af63c46ac7d2828'),
    wheel(NVIDIA, 'nvidia-cublas-cu12', '12.5.3.2', 363313169, 'ca070ad70e9fa6654084575d01bd001f30cc4665e33d4bb9fc8e0f321caa034b'),
    wheel(NVIDIA, 'nvidia-cuda-cupti-cu12', '12.5.82', 13811507, 'bde77a5feb66752ec61db2adfe47f56b941842825b4c7e2068aff27c9d107953'),
    wheel(NVIDIA, 'nvidia-cuda-nvcc-cu12', '12.5.82', 22468537, 'b03e545b8e8c3ce7ebcd7fc44063180ff52ff01d064ece2127ed90a04ef12cd0'),
    wheel(NVIDIA, 'nvidia-cuda-nvrtc-cu12', '12.5.82', 24873108, '3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd'),
    wheel(NVIDIA, 'nvidia-cuda-runtime-cu12', '12.5.82', 895707, '3e79a060e126df40fd3a068f3f787eb000fa51b251ec6cd97d09579632687115'),
    wheel(NVIDIA, 'nvidia-cudnn-cu12', '9.3.0.75', 577163502, '9ad9c6929ebb5295eb4a1728024666d1c88283373e265a0c5c883e6f9d5cd76d'),
    wheel(NVIDIA, 'nvidia-cufft-cu12', '11.2.3.61', 192524114, '9a6e8df162585750f61983a638104a48c756aa13f9f48e19ab079b38e3c828b8'),
    wheel(NVIDIA, 'nvidia-curand-cu12', '10.3.6.82', 56309107, '2823fb27de4e44dbb22394a6adf53aa6e1b013aca0f8c22867d1cfae58405536'),
    wheel(NVIDIA, 'nvidia-cusolver-cu12', '11.6.3.83', 130341232, '93cfafacde4428b71778eeb092ec615a02a3d05404da1bcf91c53e3fa1bce42b'),
    wheel(NVIDIA, 'nvidia-cusparse-cu12', '12.5.1.3', 217558979, '016df8e993c437e8301e62739f01775cba988fd5253cd4c64173f8e8d2f8e752'),
    wheel(NVIDIA, 'nvidia-nccl-cu12', '2.21.5', 188654414, '8579076d30a8c24988834445f8d633c697d42397e92ffc3f63fa26766d25e0a0'),
    wheel(NVIDIA, 'nvidia-nvjitlink-cu12', '12.5.82', 21298879, 'f9b37bc5c8cf7509665cb6ada5aaa0ce65618f2332b7d3e78e9790511f111212'),
  ],
}

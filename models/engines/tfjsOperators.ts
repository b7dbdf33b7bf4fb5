/**
 * The ONNX operators (opset 17) of Nurie's weights as TensorFlow.js calls, channels last.
 *
 * Each entry looks at a node once, refuses a form of the operator it would not give exactly, and returns what a run calls with the
 * node's inputs that are no constants.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import type { OnnxConstant, OnnxNode } from './onnxGraph.ts'
import type { TensorFlow } from './tfjsBackend.ts'

export type TfjsStep = (...inputs: Tensor4D[]) => Tensor4D

type Making = {
  tf: TensorFlow
  node: OnnxNode
  /** The constant that is the node's input at this place. */
  constantOf: (at: number) => OnnxConstant | undefined
  /** For what lives as long as the graph. */
  keep: <T extends Tensor>(tensor: T) => T
}

export const tfjsOperators: Record<string, (making: Making) => TfjsStep> = {
  Conv: convolution,
  Resize: resizing,
  Slice: slicing,
  Clip: clipping,
  Relu:
    ({ tf }) =>
    (x) =>
      tf.relu(x),
  Sigmoid:
    ({ tf }) =>
    (x) =>
      tf.sigmoid(x),
  Add: (making) => elementwise(making, (a, b) => making.tf.add(a, b)),
  Sub: (making) => elementwise(making, (a, b) => making.tf.sub(a, b)),
  Mul: (making) => elementwise(making, (a, b) => making.tf.mul(a, b)),
}

function refused(node: OnnxNode, what: string): Error {
  return new Error(`The tfjs engine does not know ${node.op} with ${what} (${node.output}).`)
}

function needed(making: Making, at: number): OnnxConstant {
  const constant = making.constantOf(at)
  if (!constant) throw refused(making.node, `an input ${at} that is no constant`)
  return constant
}

function convolution(making: Making): TfjsStep {
  const { tf, node, keep } = making
  const ints = (name: string, otherwise: number[]) => (node.attributes.get(name) ?? otherwise) as number[]
  const [top, left, bottom, right] = ints('pads', [0, 0, 0, 0]) as [number, number, number, number]
  const strides = ints('strides', [1, 1]) as [number, number]
  if (ints('dilations', [1, 1]).some((dilation) => dilation !== 1)) throw refused(node, 'dilations')
  if ((node.attributes.get('group') ?? 1) !== 1) throw refused(node, 'groups')
  if ((node.attributes.get('auto_pad') ?? 'NOTSET') !== 'NOTSET') throw refused(node, 'auto_pad')
  const { dims, values } = needed(making, 1)
  if (dims.length !== 4) throw refused(node, `weights of ${dims.length} dimensions`)
  const filter = keep(
    tf.transpose(tf.tensor4d(values, dims as [number, number, number, number]), [2, 3, 1, 0]),
  )
  const bias = keep(tf.tensor1d(needed(making, 2).values))
  const pad: [[0, 0], [number, number], [number, number], [0, 0]] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]
  return (x) => tf.fused.conv2d({ x: x, filter, strides, pad, bias, activation: 'linear' })
}

/** Nearest (`asymmetric`, `floor`) and linear (`half_pixel`) enlarging by whole numbers, as TensorFlow counts pixels too. */
function resizing(making: Making): TfjsStep {
  const { tf, node } = making
  const [batch, channels, down, across] = needed(making, 2).values
  if (batch !== 1 || channels !== 1 || !isWhole(down) || !isWhole(across)) throw refused(node, 'such scales')
  const of = (name: string) => node.attributes.get(name)
  const way = `${String(of('mode'))} ${String(of('coordinate_transformation_mode'))}`
  const sizeOf = (x: Tensor4D): [number, number] => [x.shape[1] * down, x.shape[2] * across]
  if (way === 'nearest asymmetric' && of('nearest_mode') === 'floor') {
    return (x) => tf.image.resizeNearestNeighbor(x, sizeOf(x), false, false)
  }
  if (way === 'linear half_pixel') return (x) => tf.image.resizeBilinear(x, sizeOf(x), false, true)
  throw refused(node, `mode ${way}`)
}

function isWhole(scale: number | undefined): scale is number {
  return scale !== undefined && Number.isInteger(scale) && scale >= 1
}

/**
 * Some of the channels: axis 1 of ONNX's order is the last one here. Taken by a convolution of ones and zeros, which gives them exactly:
 * WebAssembly's own slice of a last axis copies number by number and takes more than half of a picture's time.
 */
function slicing(making: Making): TfjsStep {
  const { tf, node } = making
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((at) => needed(making, at).values)
  if (starts!.length !== 1 || axes![0] !== 1 || steps![0] !== 1) {
    throw refused(node, 'more than a run of channels')
  }
  const [start, end] = [starts![0]!, ends![0]!]
  return (x) => {
    const channels = x.shape[3]
    const place = (at: number) => Math.min(at < 0 ? at + channels : at, channels)
    const [from, count] = [place(start), place(end) - place(start)]
    const filter = new Float32Array(channels * count)
    for (let i = 0; i < count; i++) filter[(from + i) * count + i] = 1
    return tf.conv2d(x, tf.tensor4d(filter, [1, 1, channels, count]), 1, 'valid')
  }
}

function clipping(making: Making): TfjsStep {
  const { tf } = making
  const [low, high] = [needed(making, 1).values[0]!, needed(making, 2).values[0]!]
  return (x) => tf.clipByValue(x, low, high)
}

/** Of two pictures, or of a picture and one number. */
function elementwise(making: Making, of: (a: Tensor, b: Tensor) => Tensor): TfjsStep {
  const [first, second] = [0, 1].map((at) => number(making, at))
  if (first) return (x) => of(first, x) as Tensor4D
  if (second) return (x) => of(x, second) as Tensor4D
  return (a, b) => of(a, b) as Tensor4D
}

function number(making: Making, at: number): Tensor | undefined {
  const constant = making.constantOf(at)
  if (!constant) return undefined
  if (constant.values.length !== 1) throw refused(making.node, 'a constant of more than one number')
  return making.keep(making.tf.scalar(constant.values[0]!))
}

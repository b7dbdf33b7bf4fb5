/**
 * A network's ONNX graph as calls of TensorFlow.js.
 *
 * Pictures lie as TensorFlow wants them, channels last (NHWC), weights turned once (OIHW to HWIO). Just the operators and forms of
 * them that Nurie's weights are made of are known; any other is refused by its name when the graph is made, so none is met in a run.
 * Padding is always spelt out: 'same' pads a strided convolution at the end only, ONNX where it says.
 * What a run makes is let go at its last use; the weights live until `dispose`.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import type { OnnxConstant, OnnxGraph, OnnxNode } from './onnxGraph.ts'
import { tfjsOperators, type TfjsStep } from './tfjsOperators.ts'
import type { TensorFlow } from './tfjsBackend.ts'

export type TfjsGraph = {
  /** 1 x height x width x channels in, the same out; the caller owns both. */
  run(input: Tensor4D): Tensor4D
  dispose(): void
}

type Step = { output: string; inputs: string[]; apply: TfjsStep; unused: string[] }

/** @throws Error that names the operator or the form of it that is not known. */
export function tfjsGraph(tf: TensorFlow, graph: OnnxGraph): TfjsGraph {
  const weights: Tensor[] = []
  const keep = <T extends Tensor>(tensor: T): T => {
    weights.push(tf.keep(tensor))
    return tensor
  }
  const dispose = () => weights.forEach((weight) => weight.dispose())
  const steps: Step[] = []
  try {
    tf.tidy(() => {
      for (const node of graph.nodes) steps.push(stepOf(tf, node, graph.constants, keep))
    })
  } catch (error) {
    dispose()
    throw error
  }
  markLastUses(steps, graph)
  return {
    run: (input) =>
      tf.tidy(() => {
        const values = new Map<string, Tensor4D>([[graph.input, input]])
        for (const { inputs, output, apply, unused } of steps) {
          values.set(output, apply(...inputs.map((name) => valueOf(values, name))))
          for (const name of unused) values.get(name)?.dispose()
        }
        return valueOf(values, graph.output)
      }),
    dispose,
  }
}

function valueOf(values: Map<string, Tensor4D>, name: string): Tensor4D {
  const value = values.get(name)
  if (!value) throw new Error(`Nothing makes ${name} before it is needed.`)
  return value
}

function stepOf(
  tf: TensorFlow,
  node: OnnxNode,
  constants: ReadonlyMap<string, OnnxConstant>,
  keep: <T extends Tensor>(tensor: T) => T,
): Step {
  const make = tfjsOperators[node.op]
  if (!make) throw new Error(`The tfjs engine does not know the operator ${node.op} (${node.output}).`)
  const inputs = node.inputs.filter((name) => name !== '' && !constants.has(name))
  const constantOf = (at: number) => constants.get(node.inputs[at] ?? '')
  return { output: node.output, inputs, apply: make({ tf, node, constantOf, keep }), unused: [] }
}

/** Each step's values that no later step reads; never the caller's input nor the result. */
function markLastUses(steps: Step[], { input, output }: OnnxGraph): void {
  const seen = new Set([input, output])
  for (const step of steps.toReversed()) {
    for (const name of new Set([...step.inputs, step.output])) {
      if (!seen.has(name)) step.unused.push(name)
      seen.add(name)
    }
  }
}

import { create, toBinary } from '@bufbuild/protobuf'
import {
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProtoSchema,
  TensorProto_DataType as DataType,
  ValueInfoProtoSchema,
} from 'onnx-buf'
import { beforeAll, expect, it } from 'vitest'
import { readOnnx, type OnnxConstant, type OnnxNode } from './onnxGraph.ts'
import type { TensorFlow } from './tfjsBackend.ts'
import { tfjsGraph } from './tfjsGraph.ts'
import { openTfjsWasm } from './tfjsWasm.ts'

let tf: TensorFlow
beforeAll(async () => {
  tf = (await openTfjsWasm()).tf
})

type Attributes = Record<string, number | number[] | string>

/** A graph of one node: `x` in, `y` out, and constants at the inputs after it. */
function graphOf(op: string, attributes: Attributes, ...constants: OnnxConstant[]) {
  const names = constants.map((_, i) => `c${i}`)
  const node: OnnxNode = {
    op,
    inputs: ['x', ...names],
    output: 'y',
    attributes: new Map(Object.entries(attributes)),
  }
  return {
    nodes: [node],
    constants: new Map(constants.map((one, i) => [names[i]!, one])),
    input: 'x',
    output: 'y',
  }
}

const of = (...values: number[]): OnnxConstant => ({
  dims: [values.length],
  values: Float32Array.from(values),
})
const kernel: OnnxConstant = { dims: [1, 1, 3, 3], values: new Float32Array(9) }

it.each<[string, Attributes, OnnxConstant[], RegExp]>([
  ['Softmax', {}, [], /does not know the operator Softmax/],
  ['QuantizeLinear', {}, [], /does not know the operator QuantizeLinear/],
  ['Conv', { group: 2 }, [kernel, of(0)], /Conv with groups/],
  ['Conv', { dilations: [2, 2] }, [kernel, of(0)], /Conv with dilations/],
  ['Conv', { auto_pad: 'SAME_UPPER' }, [kernel, of(0)], /Conv with auto_pad/],
  ['Conv', {}, [kernel], /Conv with an input 2 that is no constant/],
  ['Conv', {}, [], /Conv with an input 1 that is no constant/],
  ['Resize', { mode: 'cubic' }, [of(), of(1, 1, 2, 2)], /Resize with mode cubic/],
  [
    'Resize',
    { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
    [of(), of(1, 1, 2, 2)],
    /Resize with mode linear align_corners/,
  ],
  ['Resize', { mode: 'nearest' }, [of(), of(1, 1, 1.5, 1.5)], /Resize with such scales/],
  ['Slice', {}, [of(0), of(2), of(2), of(1)], /Slice with more than a run of channels/],
  ['Mul', {}, [of(1, 2)], /Mul with a constant of more than one number/],
])(
  'E16 tfjs refuses by name what it would not run as ONNX Runtime does: %s %j',
  (op, attributes, constants, why) => {
    const before = tf.memory().numTensors
    expect(() => tfjsGraph(tf, graphOf(op, attributes, ...constants))).toThrow(why)
    expect(tf.memory().numTensors, 'nothing is left of a refused graph').toBe(before)
  },
)

it('E16 tfjs counts channels from the end, and past it, as ONNX does', () => {
  const far = 2 ** 53
  const graph = tfjsGraph(tf, graphOf('Slice', {}, of(-2), of(far), of(1), of(1)))
  const output = graph.run(tf.tensor4d([1, 2, 3, 4], [1, 1, 1, 4]))
  expect(Array.from(output.dataSync())).toEqual([3, 4])
})

it('E16 reads no file that is no ONNX model or holds types it does not know', () => {
  const model = (dataType: DataType, values: number) =>
    toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, {
        graph: create(GraphProtoSchema, {
          initializer: [
            create(TensorProtoSchema, {
              name: 'weight',
              dims: [2n],
              dataType,
              rawData: new Uint8Array(values),
            }),
          ],
          input: [create(ValueInfoProtoSchema, { name: 'x' })],
          output: [create(ValueInfoProtoSchema, { name: 'x' })],
        }),
      }),
    )
  expect(readOnnx(model(DataType.FLOAT, 8)).constants.get('weight')).toEqual({
    dims: [2],
    values: Float32Array.of(0, 0),
  })
  expect(() => readOnnx(model(DataType.FLOAT, 12))).toThrow('weight has 3 values where 2 belong')
  expect(() => readOnnx(model(DataType.INT8, 2))).toThrow('weight is of type INT8')
  expect(() => readOnnx(new Uint8Array())).toThrow('no ONNX model')
})

/**
 * Reads an ONNX file into what an engine needs to run it by itself: nodes in their order, constants by name.
 *
 * Only the format is read here, by the published schema (onnx.proto); which operators can be run is the reader's reader to say.
 * `Constant` nodes and initializers become one table. @throws Error on a file that is no ONNX model, holds other than one input and one
 * output, or a constant that is neither float32 nor int64 or lies outside the file.
 */
import { fromBinary } from '@bufbuild/protobuf'
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  type AttributeProto,
  type TensorProto,
} from 'onnx-buf'

/** A tensor of the file: row after row; whole numbers (int64) are given as floats too, they are sizes and axes. */
export type OnnxConstant = { dims: number[]; values: Float32Array }

export type OnnxNode = {
  /** The operator, as `Conv`. */
  op: string
  /** Names of values; an empty one stands for an input left out. */
  inputs: string[]
  output: string
  attributes: ReadonlyMap<string, number | number[] | string>
}

export type OnnxGraph = {
  nodes: OnnxNode[]
  constants: ReadonlyMap<string, OnnxConstant>
  input: string
  output: string
}

export function readOnnx(bytes: Uint8Array): OnnxGraph {
  const { graph } = fromBinary(ModelProtoSchema, bytes)
  if (!graph) throw new Error('The file is no ONNX model: it holds no graph.')
  const constants = new Map<string, OnnxConstant>()
  for (const tensor of graph.initializer) constants.set(tensor.name, readConstant(tensor, tensor.name))
  const nodes: OnnxNode[] = []
  for (const { opType, domain, name, input, output, attribute } of graph.node) {
    if (domain !== '' && domain !== 'ai.onnx')
      throw new Error(`${name}: operators of ${domain} are not known.`)
    const made = only(output, `outputs of ${name}`)
    const value = attribute.find((one) => one.name === 'value')?.t
    if (opType === 'Constant' && value) constants.set(made, readConstant(value, made))
    else nodes.push({ op: opType, inputs: input, output: made, attributes: readAttributes(attribute) })
  }
  const given = graph.input.map(({ name }) => name).filter((name) => !constants.has(name))
  const asked = graph.output.map(({ name }) => name)
  return { nodes, constants, input: only(given, 'inputs'), output: only(asked, 'outputs') }
}

function only(names: string[], what: string): string {
  if (names.length !== 1) throw new Error(`One of the ${what} is read, and there are ${names.length}.`)
  return names[0]!
}

function readAttributes(attributes: AttributeProto[]): OnnxNode['attributes'] {
  const read = new Map<string, number | number[] | string>()
  for (const { name, type, i, f, s, ints, floats } of attributes) {
    if (type === AttributeType.INT) read.set(name, Number(i))
    else if (type === AttributeType.FLOAT) read.set(name, f)
    else if (type === AttributeType.STRING) read.set(name, new TextDecoder().decode(s))
    else if (type === AttributeType.INTS) read.set(name, ints.map(Number))
    else if (type === AttributeType.FLOATS) read.set(name, floats)
    else throw new Error(`Attribute ${name} is of a kind that is not read here (${AttributeType[type]}).`)
  }
  return read
}

function readConstant(tensor: TensorProto, name: string): OnnxConstant {
  const dims = tensor.dims.map(Number)
  if (tensor.dataLocation !== DataLocation.DEFAULT) throw new Error(`${name} lies outside the file.`)
  const values = valuesOf(tensor, name)
  const count = dims.reduce((product, dim) => product * dim, 1)
  if (values.length !== count) {
    throw new Error(`${name} has ${values.length} values where ${count} belong.`)
  }
  return { dims, values }
}

function valuesOf({ dataType, rawData, floatData, int64Data }: TensorProto, name: string): Float32Array {
  // Copied, for raw data starts anywhere in the file and a typed array at a multiple of its element's size only.
  const raw = new Uint8Array(rawData).buffer
  if (dataType === Number(DataType.FLOAT))
    return rawData.length > 0 ? new Float32Array(raw) : Float32Array.from(floatData)
  if (dataType === Number(DataType.INT64)) {
    return Float32Array.from(rawData.length > 0 ? new BigInt64Array(raw) : int64Data, Number)
  }
  throw new Error(`${name} is of type ${DataType[dataType] ?? dataType}; float32 and int64 are read here.`)
}

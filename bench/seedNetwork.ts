/**
 * The seed's network, to compare speed with: one stage of "2-Stage Conditional GAN for Sketch Auto-Coloring" as its published
 * code builds it: a U-Net of widths 64-128-256-512-512 with bilinear upsampling and a sigmoid, 13.4 M parameters. Batch
 * normalization folds into the convolutions when a network is served, so it is left out; weights are random.
 */
import { create, toBinary } from '@bufbuild/protobuf'
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type NodeProto,
  type TensorProto,
} from 'onnx-buf'

const WIDTHS = [64, 128, 256, 512, 512] as const

/** The network as ONNX bytes (opset 17), input `input` of `channels`, output `output` of 3. */
export function seedNetwork(channels: number): { bytes: Uint8Array; parameters: number } {
  const nodes: NodeProto[] = []
  const tensors: TensorProto[] = []
  let parameters = 0
  let names = 0
  const name = () => `t${names++}`

  function tensor(dims: number[], values: Float32Array<ArrayBuffer>): string {
    const made = name()
    tensors.push(
      create(TensorProtoSchema, {
        name: made,
        dims: dims.map(BigInt),
        dataType: DataType.FLOAT,
        rawData: new Uint8Array(values.buffer),
      }),
    )
    return made
  }

  function node(
    opType: string,
    input: string[],
    attributes: Record<string, number[] | string> = {},
    output = name(),
  ) {
    const attribute = Object.entries(attributes).map(([key, value]) =>
      typeof value === 'string'
        ? create(AttributeProtoSchema, {
            name: key,
            type: AttributeType.STRING,
            s: new TextEncoder().encode(value),
          })
        : create(AttributeProtoSchema, { name: key, type: AttributeType.INTS, ints: value.map(BigInt) }),
    )
    nodes.push(create(NodeProtoSchema, { opType, input, output: [output], attribute }))
    return output
  }

  function conv(input: string, from: number, to: number, kernel: number): string {
    const count = to * from * kernel * kernel
    parameters += count + to
    const scale = Math.sqrt(2 / (from * kernel * kernel))
    const weights = Float32Array.from({ length: count }, () => (Math.random() - 0.5) * 2 * scale)
    const pad = kernel >> 1
    return node(
      'Conv',
      [input, tensor([to, from, kernel, kernel], weights), tensor([to], new Float32Array(to))],
      {
        kernel_shape: [kernel, kernel],
        pads: [pad, pad, pad, pad],
      },
    )
  }
  const twice = (input: string, from: number, to: number) =>
    node('Relu', [conv(node('Relu', [conv(input, from, to, 3)]), to, to, 3)])

  const skips = [twice('input', channels, 64)]
  for (let level = 1; level < WIDTHS.length; level++) {
    const pooled = node('MaxPool', [skips[level - 1]!], { kernel_shape: [2, 2], strides: [2, 2] })
    skips.push(twice(pooled, WIDTHS[level - 1]!, WIDTHS[level]!))
  }
  let up = skips[4]!
  let width = 512
  for (let level = 3; level >= 0; level--) {
    const scales = tensor([4], Float32Array.of(1, 1, 2, 2))
    const raised = node('Resize', [up, '', scales], {
      mode: 'linear',
      coordinate_transformation_mode: 'align_corners',
    })
    const joined = width + WIDTHS[level]!
    const next = level === 0 ? 64 : WIDTHS[level]! / 2
    up = twice(concat(nodes, skips[level]!, raised, name()), joined, next)
    width = next
  }
  node('Sigmoid', [conv(up, 64, 3, 1)], {}, 'output')

  const value = (of: string, depth: number) =>
    create(ValueInfoProtoSchema, {
      name: of,
      type: create(TypeProtoSchema, {
        value: {
          case: 'tensorType',
          value: create(TypeProto_TensorSchema, {
            elemType: DataType.FLOAT,
            shape: create(TensorShapeProtoSchema, {
              dim: ['n', depth, 'h', 'w'].map((size) =>
                create(TensorShapeProto_DimensionSchema, {
                  value:
                    typeof size === 'string'
                      ? { case: 'dimParam', value: size }
                      : { case: 'dimValue', value: BigInt(size) },
                }),
              ),
            }),
          }),
        },
      }),
    })
  const graph = create(GraphProtoSchema, {
    name: 'seed',
    node: nodes,
    initializer: tensors,
    input: [value('input', channels)],
    output: [value('output', 3)],
  })
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: 17n })],
    graph,
  })
  return { bytes: toBinary(ModelProtoSchema, model), parameters }
}

function concat(nodes: NodeProto[], a: string, b: string, output: string): string {
  const axis = create(AttributeProtoSchema, { name: 'axis', type: AttributeType.INT, i: 1n })
  nodes.push(
    create(NodeProtoSchema, { opType: 'Concat', input: [a, b], output: [output], attribute: [axis] }),
  )
  return output
}

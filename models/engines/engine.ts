/**
 * The engine contract: something that runs the two networks on one device.
 *
 * An engine is stateless: the same input gives the same output. One call at a time; the input is only read, and only until the
 * call ends, so the caller may fill its buffer again. The output's buffer belongs to the caller too. A call may block the thread for its whole run, so an engine lives in a process of its own.
 */

/** The two networks by their names in the manifest. */
export const networks = ['draft', 'refine'] as const
export type Network = (typeof networks)[number]

/** Engines an operator can ask for by name; engineTable.ts tells what each is. */
export const engineNames = ['cuda', 'webgpu', 'tfjs', 'cpu'] as const
export type EngineName = (typeof engineNames)[number]

/** One picture, channel after channel: `channels` x `height` x `width`. */
export type Tensor = { data: Float32Array; channels: number; height: number; width: number }

export type Engine = {
  readonly name: string
  readonly device: string
  /** Refuses (rejects) a tensor that is not of the network's channels or whose sides are no multiples of 32. */
  run(network: Network, input: Tensor): Promise<Tensor>
  close(): Promise<void>
}

/**
 * What TensorFlow.js runs on: one of its backends, ready, and the library's calls that belong to it.
 *
 * TensorFlow.js keeps one backend a process (it is global to it, even over two copies of the library): an engine of another backend
 * needs a process of its own.
 */
export type TensorFlow = typeof import('@tensorflow/tfjs-core')

export type TfjsBackend = {
  tf: TensorFlow
  /** For people: `TensorFlow 2.18.1, CPU, 2 threads`. */
  device: string
}

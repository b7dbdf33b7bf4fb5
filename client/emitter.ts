/** Typed events for the parts that do not know Vue. `on` gives back the function that takes the listener away. */
export class Emitter<Events extends { [name: string]: unknown[] }> {
  #listeners: { [Name in keyof Events]?: Set<(...args: Events[Name]) => void> } = {}

  on<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => void): () => void {
    const listeners = (this.#listeners[name] ??= new Set())
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  protected emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    for (const listener of this.#listeners[name] ?? []) listener(...args)
  }

  protected clearListeners(): void {
    this.#listeners = {}
  }
}

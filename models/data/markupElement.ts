/**
 * As much of React as a drawing made of components needs to become SVG text, so that React stays out of this project:
 * elements are rendered from the outside in, a context has the value of the provider around it.
 */
type Props = Record<string, unknown>
type Component = (props: Props, ref: null) => unknown

interface Context {
  value: unknown
  Provider: Component
}

interface Element {
  type: string | Component
  props: Props
}

const contextOf = new WeakMap<Component, Context>()
const fragment: Component = ({ children }) => children

export const react = {
  Fragment: fragment,
  createElement: (type: string | Component, props: Props | null, ...children: unknown[]): Element => ({
    type,
    props: children.length > 0 ? { ...props, children } : { ...props },
  }),
  forwardRef: (component: Component): Component => component,
  createContext(value: unknown): Context {
    const context: Context = { value, Provider: ({ children }) => children }
    contextOf.set(context.Provider, context)
    return context
  },
  useContext: ({ value }: Context): unknown => value,
}

export function markupText(part: unknown): string {
  if (part === null || part === undefined || typeof part === 'boolean') return ''
  if (Array.isArray(part)) return part.map(markupText).join('')
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  const { type, props } = part as Element
  if (typeof type === 'string') {
    return `<${type}${attributesText(props)}>${markupText(props['children'])}</${type}>`
  }
  const context = contextOf.get(type)
  if (context === undefined) return markupText(type(props, null))
  const outer = context.value
  context.value = props['value']
  const text = markupText(props['children'])
  context.value = outer
  return text
}

const camelCase =
  /^(viewBox|preserveAspectRatio|(gradient|clipPath|mask|pattern)(Units|ContentUnits|Transform))$/

function attributesText(props: Props): string {
  return Object.entries(props)
    .filter(([name, value]) => name !== 'children' && name !== 'ref' && name !== 'key' && isGiven(value))
    .map(([name, value]) => ` ${attributeName(name)}="${escaped(attributeValue(value))}"`)
    .join('')
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false
}

function attributeName(name: string): string {
  return camelCase.test(name) ? name : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function attributeValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, part]) => `${attributeName(name)}:${part}`)
    .join(';')
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
}

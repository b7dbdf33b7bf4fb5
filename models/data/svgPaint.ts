import type { SvgNode } from './svgTree.ts'

/**
 * What an element is painted with: style attribute over style sheet over presentation attribute over parent.
 * Knows colors, opacities, gradients and stroke widths; anything it cannot read counts as a mid-tone color.
 */
export interface Paint {
  fill: Ink
  stroke: Ink
  strokeWidth: number
  /** Group opacities multiplied down to here. */
  opacity: number
  hidden: boolean
  filtered: boolean
  color: string
}

/** alpha 0 = not painted; `fades` = a gradient with a nearly transparent stop. */
export interface Ink {
  alpha: number
  rgb: readonly [number, number, number]
  fades: boolean
}

export interface Sheet {
  rules: { selector: string; style: Record<string, string> }[]
  ids: Map<string, SvgNode>
}

const nothing: Ink = { alpha: 0, rgb: [0, 0, 0], fades: false }
const named: Record<string, readonly [number, number, number]> = {
  black: [0, 0, 0],
  white: [255, 255, 255],
  red: [255, 0, 0],
  green: [0, 128, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  gray: [128, 128, 128],
  grey: [128, 128, 128],
  navy: [0, 0, 128],
  maroon: [128, 0, 0],
}

export const rootPaint: Paint = {
  fill: { alpha: 1, rgb: [0, 0, 0], fades: false },
  stroke: nothing,
  strokeWidth: 1,
  opacity: 1,
  hidden: false,
  filtered: false,
  color: 'black',
}

export function readSheet(root: SvgNode): Sheet {
  const sheet: Sheet = { rules: [], ids: new Map() }
  const visit = (node: SvgNode): void => {
    const id = node.attrs['id']
    if (id !== undefined) sheet.ids.set(id, node)
    if (node.tag === 'style')
      readRules(node.children.filter((child) => typeof child === 'string').join(''), sheet)
    for (const child of node.children) if (typeof child !== 'string') visit(child)
  }
  visit(root)
  return sheet
}

function readRules(css: string, sheet: Sheet): void {
  for (const [, selectors, body] of css.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/([^{}]+)\{([^}]*)\}/g)) {
    const style = readDeclarations(body ?? '')
    for (const selector of (selectors ?? '').split(','))
      sheet.rules.push({ selector: selector.trim(), style })
  }
}

function readDeclarations(text: string): Record<string, string> {
  const style: Record<string, string> = {}
  for (const part of text.split(';')) {
    const colon = part.indexOf(':')
    if (colon > 0) style[part.slice(0, colon).trim()] = part.slice(colon + 1).trim()
  }
  return style
}

/** The element's own declarations, not what it inherits. */
export function ownStyle(node: SvgNode, sheet: Sheet): Record<string, string> {
  const style: Record<string, string> = { ...node.attrs }
  const classes = (node.attrs['class'] ?? '').split(/\s+/).map((name) => `.${name}`)
  for (const rule of sheet.rules) {
    if (
      rule.selector === node.tag ||
      rule.selector === `#${node.attrs['id'] ?? ''}` ||
      classes.includes(rule.selector)
    ) {
      Object.assign(style, rule.style)
    }
  }
  return Object.assign(style, readDeclarations(node.attrs['style'] ?? ''))
}

export function paintOf(node: SvgNode, parent: Paint, sheet: Sheet): Paint {
  const style = ownStyle(node, sheet)
  const color = style['color'] ?? parent.color
  const number = (name: string, otherwise: number): number => {
    const value = parseFloat(style[name] ?? '')
    return Number.isFinite(value)
      ? style[name]?.trim().endsWith('%') === true
        ? value / 100
        : value
      : otherwise
  }
  const fill = readInk(style['fill'], parent.fill, color, sheet, number('fill-opacity', NaN))
  const stroke = readInk(style['stroke'], parent.stroke, color, sheet, number('stroke-opacity', NaN))
  const blend = style['mix-blend-mode']
  return {
    fill,
    stroke,
    strokeWidth: number('stroke-width', parent.strokeWidth),
    opacity: parent.opacity * number('opacity', 1),
    hidden: parent.hidden || style['display'] === 'none' || style['visibility'] === 'hidden',
    filtered:
      parent.filtered ||
      ('filter' in style && style['filter'] !== 'none') ||
      (blend !== undefined && blend !== 'normal'),
    color,
  }
}

function readInk(value: string | undefined, parent: Ink, color: string, sheet: Sheet, opacity: number): Ink {
  const base = value === undefined || value === 'inherit' ? parent : parseInk(value, color, sheet)
  return Number.isNaN(opacity) || base.alpha === 0 ? base : { ...base, alpha: opacity }
}

function parseInk(value: string, color: string, sheet: Sheet): Ink {
  const text = value.trim().toLowerCase()
  if (text === 'none' || text === 'transparent') return nothing
  if (text === 'currentcolor')
    return color === 'currentColor' ? rootPaint.fill : parseInk(color, 'black', sheet)
  const reference = /url\(\s*['"]?#([^'")]+)/.exec(value.trim())
  if (reference !== null) return gradientInk(reference[1] ?? '', sheet, 0)
  const rgbaAlpha = /^(?:rgb|hsl)a?\([^)]*(?:,[^,)]*,[^,)]*,|\/)\s*([\d.]+)\s*\)/.exec(text)?.[1]
  return { alpha: rgbaAlpha === undefined ? 1 : Number(rgbaAlpha), rgb: parseColor(text), fades: false }
}

function gradientInk(id: string, sheet: Sheet, depth: number): Ink {
  const node = sheet.ids.get(id)
  if (node === undefined || depth > 6) return { alpha: 1, rgb: [128, 128, 128], fades: false }
  const stops = node.children.filter(
    (child): child is SvgNode => typeof child !== 'string' && child.tag === 'stop',
  )
  const href = (node.attrs['xlink:href'] ?? node.attrs['href'] ?? '').replace('#', '')
  if (stops.length === 0 && href !== '') return gradientInk(href, sheet, depth + 1)
  if (stops.length === 0) return { alpha: 1, rgb: [128, 128, 128], fades: false }
  const sum: [number, number, number] = [0, 0, 0]
  let fades = false
  for (const stop of stops) {
    const style = ownStyle(stop, sheet)
    if (parseFloat(style['stop-opacity'] ?? '1') < 0.9) fades = true
    parseColor((style['stop-color'] ?? 'black').trim().toLowerCase()).forEach(
      (part, i) => (sum[i as 0] += part / stops.length),
    )
  }
  return { alpha: 1, rgb: sum, fades }
}

function parseColor(text: string): readonly [number, number, number] {
  const hex = /^#([0-9a-f]{3,8})/.exec(text)?.[1]
  if (hex !== undefined && hex.length >= 6) {
    return [parseInt(hex.slice(0, 2), 16), parseInt(hex.slice(2, 4), 16), parseInt(hex.slice(4, 6), 16)]
  }
  if (hex !== undefined) {
    const [r, g, b] = [...hex].map((digit) => parseInt(digit, 16) * 17)
    return [r ?? 0, g ?? 0, b ?? 0]
  }
  const parts = /^rgba?\(([^)]+)/
    .exec(text)?.[1]
    ?.split(/[\s,/]+/)
    .map((part) => parseFloat(part) * (part.endsWith('%') ? 2.55 : 1))
  if (parts !== undefined && parts.length >= 3) return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0]
  return named[text] ?? [128, 128, 128]
}

/** Dark and colorless: reads as ink. Strokes are ink up to a lighter tone than fills. */
export function isDark(ink: Ink, limit: number): boolean {
  const [r, g, b] = ink.rgb
  return (0.299 * r + 0.587 * g + 0.114 * b) / 255 < limit && Math.max(r, g, b) - Math.min(r, g, b) < 70
}

const bodyAlpha = 0.85
const strokeAlpha = 0.6

/** Whether the fill is a body of its own; what is fainter or fades is shading. */
export function hasBody({ fill, opacity }: Paint): boolean {
  return fill.alpha * opacity >= bodyAlpha && !fill.fades
}

export function hasStroke({ stroke, opacity, strokeWidth }: Paint): boolean {
  return stroke.alpha * opacity >= strokeAlpha && strokeWidth > 0 && !stroke.fades
}

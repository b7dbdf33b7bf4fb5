/**
 * Clip art as a tree: reads the SVG dialects found in the wild (DOCTYPE entities, `svg:` prefixes, editor
 * elements) and writes plain SVG. Editor elements and attributes are dropped; text is kept verbatim. Never
 * throws on unclosed elements; throws when there is no svg element at all.
 */
export interface SvgNode {
  tag: string
  attrs: Record<string, string>
  children: (SvgNode | string)[]
}

const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE[^[>]*(?:\[([\s\S]*?)\]\s*)?>|<\/([^>\s]+)\s*>|<([A-Za-z_][^\s/>]*)((?:"[^"]*"|'[^']*'|[^>"'])*?)(\/?)>|([^<]+)/g
const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const keptPrefix = /^(xlink|xml):/

export function parseSvg(source: string): SvgNode {
  let text = source
  const entities = new Map<string, string>()
  for (const [, name, value] of source.matchAll(/<!ENTITY\s+(\S+)\s+"([^"]*)"\s*>/g)) {
    if (name !== undefined && value !== undefined) entities.set(name, value)
  }
  if (entities.size > 0)
    text = text.replace(/&([A-Za-z_]\w*);/g, (whole, name: string) => entities.get(name) ?? whole)
  const top: SvgNode = { tag: '#document', attrs: {}, children: [] }
  const stack: SvgNode[] = [top]
  for (const match of text.matchAll(token)) {
    const here = stack[stack.length - 1] ?? top
    const [, cdata, , closing, opening, inside, selfClosing, plain] = match
    if (opening !== undefined) {
      const node: SvgNode = {
        tag: opening.replace(/^svg:/, ''),
        attrs: readAttributes(inside ?? ''),
        children: [],
      }
      here.children.push(node)
      if (selfClosing !== '/') stack.push(node)
    } else if (closing !== undefined) {
      const tag = closing.replace(/^svg:/, '')
      const at = stack.findLastIndex((node) => node.tag === tag)
      if (at > 0) stack.length = at
    } else if (plain !== undefined || cdata !== undefined) {
      here.children.push(plain ?? cdata ?? '')
    }
  }
  const root = top.children.find((node): node is SvgNode => typeof node !== 'string' && node.tag === 'svg')
  if (root === undefined) throw new Error('This file holds no svg element.')
  dropEditorNodes(root)
  root.attrs['xmlns'] = 'http://www.w3.org/2000/svg'
  root.attrs['xmlns:xlink'] = 'http://www.w3.org/1999/xlink'
  return root
}

function readAttributes(inside: string): Record<string, string> {
  const attrs: Record<string, string> = {}
  for (const [, name, double, single] of inside.matchAll(attribute)) {
    if (name === undefined || (name.includes(':') && !keptPrefix.test(name))) continue
    attrs[name] = double ?? single ?? ''
  }
  return attrs
}

function dropEditorNodes(node: SvgNode): void {
  node.children = node.children.filter(
    (child) =>
      typeof child === 'string' ||
      !(child.tag.includes(':') || child.tag === 'metadata' || child.tag === 'script'),
  )
  for (const child of node.children) if (typeof child !== 'string') dropEditorNodes(child)
}

export function writeSvg(node: SvgNode): string {
  const attrs = Object.entries(node.attrs)
    .map(([name, value]) => ` ${name}="${value.replace(/"/g, '&quot;')}"`)
    .join('')
  const inside = node.children
    .map((child) =>
      typeof child !== 'string' ? writeSvg(child) : node.tag === 'style' ? `<![CDATA[${child}]]>` : child,
    )
    .join('')
  return `<${node.tag}${attrs}>${inside}</${node.tag}>`
}

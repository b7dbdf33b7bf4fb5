/** The author an SVG's own metadata names (Dublin Core creator), or null where it names nobody. */
export function svgAuthor(svg: string): string | null {
  const creator = /<dc:creator>([\s\S]*?)<\/dc:creator>/.exec(svg)?.[1] ?? ''
  const name = (/<dc:title>([\s\S]*?)<\/dc:title>/.exec(creator)?.[1] ?? '').replace(/<[^>]*>/g, '').trim()
  const isNobody = name === '' || /^(unknown|none|n\/a|anonymous|publisher)/i.test(name)
  return isNobody ? null : name.replace(/\s+/g, ' ')
}

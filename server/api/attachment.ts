/**
 * The `content-disposition` of a file to keep (RFC 6266): its name in any script (RFC 8187), and for clients that do not know that, in ASCII.
 * Nothing in a name ends the header or leaves its folder.
 */
export function attachment(title: string, ending: string): string {
  const name = `${title.replace(/[\\/:*?"<>|\p{C}\s]+/gu, ' ').trim() || 'nurie'}${ending}`
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '')
  const ascii = /^[\x20-\x7e]+$/.test(plain) ? plain : `nurie${ending}`
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii.replace(/[%"\\]/g, '_')}"; filename*=UTF-8''${encoded}`
}

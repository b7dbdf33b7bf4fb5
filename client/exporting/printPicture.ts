/**
 * Prints a picture alone on one sheet, as large as the paper allows and turned as the picture is. The page itself stays as it is: what is
 * printed lies beside it, and theme.css shows one on screens and the other on paper.
 */
export async function printPicture(file: Blob, name: string): Promise<void> {
  const url = URL.createObjectURL(file)
  const sheet = document.createElement('div')
  sheet.className = 'print-sheet'
  const image = new Image()
  image.src = url
  image.alt = name
  sheet.append(image)
  const paper = new CSSStyleSheet()
  const title = document.title
  function end(): void {
    sheet.remove()
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== paper)
    document.title = title
    URL.revokeObjectURL(url)
  }
  try {
    await image.decode()
    const turned = image.naturalWidth > image.naturalHeight ? 'landscape' : 'portrait'
    paper.replaceSync(`@page { size: ${turned}; margin: 10mm; }`)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, paper]
    document.body.append(sheet)
    // What a PDF of it is called.
    document.title = name
    addEventListener('afterprint', end, { once: true })
    print()
  } catch (problem) {
    end()
    throw problem
  }
}

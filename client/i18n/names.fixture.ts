/** Names of things that are called the same in every language, and how colors are written. */
export const names =
  /Nurie|PNG|JPEG|WebP|HEIC|GPL|ASE|JSON|PSD|ORA|OpenRaster|RGB|CMYK|GIF|WebM|MB|GIMP|Krita|MyPaint|Photoshop|Clip Studio|App|Inkscape|Adobe|Affinity|Chrome|Edge|Firefox|Safari|Shift|Ctrl|Alt|Esc(ape)?|Enter|Backspace|Space|Mac|AI|CC0|#[0-9a-f]{6}/gi

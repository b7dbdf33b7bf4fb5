/** All numbers of one result. The full ones cost time and are taken on the first seed only. */
import type { Canvas, Shown } from './canvas.ts'
import { checkerboard, patternOf } from './metrics/checkerboard.ts'
import { chromaRatio } from './metrics/chroma.ts'
import { meanDifference } from './metrics/ciede2000.ts'
import { gradientDeviation, gradientsOf } from './metrics/gradientSimilarity.ts'
import { hintFidelity } from './metrics/hintFidelity.ts'
import { leakage, type LeakProbe } from './metrics/leakage.ts'
import { psnr } from './metrics/psnr.ts'
import { seams } from './metrics/seams.ts'
import { shadingRatio } from './metrics/shading.ts'
import { ssim, structureOf } from './metrics/ssim.ts'
import { COMPARED_SIDE } from './picture.ts'

export const measureTitles = {
  psnr: 'PSNR of what people see, dB',
  difference: 'mean CIEDE2000 on paper',
  hintMedian: 'CIEDE2000 under hints, median',
  hintP95: 'CIEDE2000 under hints, 95th percentile',
  chroma: 'chroma, result / truth',
  ssim: 'SSIM',
  gradients: 'gradient deviation (stands in for LPIPS)',
  leakage: 'leakage, share of pixels',
  seams: 'seams per 1000 pairs',
  checkerboard: 'checkerboard, 8-bit levels',
  shading: 'shading, result / truth',
  stability: 'CIEDE2000 far from an added stroke',
} as const
export type MeasureName = keyof typeof measureTitles
export const measureNames = Object.keys(measureTitles) as MeasureName[]

/** Undefined or NaN where there is nothing to measure. */
export type Measures = Partial<Record<MeasureName, number>>

export function quickMeasures(canvas: Canvas, shown: Shown, kept: Uint32Array): Measures {
  const fidelity = hintFidelity(shown.layerLab, kept)
  return {
    psnr: psnr(shown.seen.rgb, canvas.seen.rgb),
    difference: meanDifference(shown.seenLab, canvas.seenLab, canvas.paper),
    chroma: chromaRatio(shown.layerLab, canvas.layerLab, canvas.paper),
    ...(fidelity && { hintMedian: fidelity.median, hintP95: fidelity.p95 }),
  }
}

export function fullMeasures(canvas: Canvas, shown: Shown, leaks: LeakProbe): Measures {
  const { picture, ink, layerLab, regions } = canvas
  const isOwnSide = shown.own.width === picture.side
  return {
    ssim: ssim(structureOf(shown.seen), canvas.structure),
    gradients: gradientDeviation(gradientsOf(shown.seenLab, COMPARED_SIDE), canvas.gradients),
    leakage: leakage(shown.layerLab, layerLab, leaks),
    seams: seams(shown.layerLab, layerLab, ink, COMPARED_SIDE),
    shading: shadingRatio(shown.layerLab, layerLab, regions),
    ...(isOwnSide && { checkerboard: checkerboard(patternOf(shown.own, picture.ink), canvas.pattern) }),
  }
}

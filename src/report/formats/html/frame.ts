import type { Spec } from 'vega'

/** Charts are drawn for a phone's width and stand side by side on wider screens, so that their text is never scaled much. */
export const WIDTH = 380

/** What all charts have in common: size and colours. */
export function frame(height: number): Spec {
  return {
    width: WIDTH,
    height,
    padding: 4,
    autosize: { type: 'fit', contains: 'padding' },
    config: {
      axis: {
        domain: false,
        gridColor: 'var(--grid)',
        tickColor: 'var(--grid)',
        labelColor: 'var(--muted)',
        labelFontSize: 11,
        titleColor: 'var(--muted)',
        titleFontSize: 11,
        titleFontWeight: 'normal',
      },
    },
  }
}

import { grouped } from '../text/numbers.ts'

/** `[████████░░░░] 4,000 of 10,000`, or the count alone while the total is unknown. `width` is that of the bar itself. */
export function progressBar(done: number, total: number | undefined, options: { width: number; unicode: boolean }) {
  const number = (value: number) => grouped(Math.round(value))
  if (total === undefined || total <= 0) return number(done)
  const share = Math.min(1, Math.max(0, done / total))
  const full = Math.floor(share * options.width)
  const [mark, rest] = options.unicode ? ['█', '░'] : ['#', '-']
  return `[${mark.repeat(full)}${rest.repeat(options.width - full)}] ${number(done)} of ${number(total)}`
}

import { escapeEntities } from '../../../text/entities.ts'
import { compact, duration, grouped, largest, usd, whole } from '../../../text/numbers.ts'
import type { Body, Chart, Ranges, Rows, Stacked } from './charts.ts'

/** Charts are drawn for a phone's width and stand side by side on wider screens, so that their text is never scaled much. */
const WIDTH = 380
const HEIGHT = 210
const AXIS = 20
/** Room for half a point, or half a line of text, at an end. */
const EDGE = 6
const ROW = 27
/** A generous guess at the width of a letter: on paper and without a browser nobody can measure it. */
const LETTER = 6.4

/** A chart under its legend, whose entries are buttons that the page's script makes work. */
export function chartBody({ title, legend, body, without }: Chart): string {
  if (!body) return `<p>${escapeEntities(without)}</p>`
  const entries = legend.map(({ label, colour }) => {
    return `<li><button type="button" disabled><svg viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="${colour}"/></svg>${escapeEntities(label)}</button></li>`
  })
  return `${entries.length > 0 ? `<ul class="legend">${entries.join('')}</ul>` : ''}${draw(body, title)}`
}

/**
 * A chart as SVG. Whatever has a value is an element of class `at`, with all of it in its title: what it is of first, then a line
 * for each value, as `name: value`.
 */
function draw(body: Body, title: string): string {
  const { height, parts } = body.kind === 'stacked' ? stacked(body) : body.kind === 'rows' ? bars(body) : ranges(body)
  const label = escapeEntities(title)
  return `<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="group" aria-label="${label}">${parts.join('')}</svg>`
}

function stacked({ unit, bars, series }: Stacked) {
  const sums = bars.map((_, bar) => series.reduce((sum, { values }) => sum + (values[bar] ?? 0), 0))
  const tall = bars.map((_, bar) => series.reduce((sum, { values }) => sum + Math.max(0, values[bar] ?? 0), 0))
  const ticks = niceTicks(largest(tall), unit === 'count')
  const labels = ticks.map((tick) => (unit === 'usd' ? dollars(tick, ticks) : shortCount(tick)))
  const left = Math.ceil(Math.max(...labels.map((label) => label.length)) * LETTER) + 8
  const [step, bottom] = [(WIDTH - left) / bars.length, HEIGHT - AXIS]
  const most = ticks.at(-1) ?? 1
  const y = (value: number) => bottom - (value / most) * (bottom - EDGE)
  const gap = Math.min(2, step / 4)
  const textOf = unit === 'usd' ? usd : whole
  const grid = ticks.map((tick, index) => {
    const at = fixed(y(tick))
    return `<path class="grid" d="M${left} ${at}H${WIDTH}"/>${text(left - 6, y(tick) + 4, labels[index] ?? '', 'end')}`
  })
  const columns = bars.map(({ name, tick }, bar) => {
    const x = left + bar * step
    let below = 0
    const shown = series.flatMap(({ label, colour, values }) => {
      const value = values[bar] ?? 0
      if (value === 0) return []
      const tip = `${label}: ${textOf(value)}`
      // What a bill takes back has no bar.
      if (value < 0) return { tip, path: '' }
      below += value
      const [top, foot] = [y(below), y(below - value)]
      const path = `M${fixed(x + gap / 2)} ${fixed(foot)}h${fixed(step - gap)}V${fixed(top)}h${fixed(gap - step)}z`
      return { tip, path: `<path fill="${colour}" d="${path}"/>` }
    })
    const tips = shown.map(({ tip }) => tip)
    const total = shown.length > 1 ? [`Total: ${textOf(sums[bar] ?? 0)}`] : []
    const lines = [name, ...(tips.length > 0 ? tips : ['nothing']), ...total]
    const hit = `<rect class="hit" x="${fixed(x)}" y="0" width="${fixed(step)}" height="${bottom}"/>`
    const under = tick === undefined ? '' : tickText(x + step / 2, left, tick)
    return at(lines, `${hit}${shown.map(({ path }) => path).join('')}`) + under
  })
  return { height: HEIGHT, parts: [...grid, ...columns] }
}

/** What stands under a bar: it never leaves the chart. */
function tickText(middle: number, left: number, tick: string): string {
  const half = (tick.length * LETTER) / 2
  return text(Math.min(WIDTH - half, Math.max(left + half - EDGE, middle)), HEIGHT - 5, tick, 'middle')
}

function bars({ rows }: Rows) {
  const most = largest(rows.map(({ value }) => value))
  const parts = rows.map(({ label, ids, text: value, value: amount, colour }, row) => {
    const y = row * ROW
    const width = Math.max(1, (amount / most) * WIDTH)
    const bar = `<rect x="0" y="${y + 16}" width="${fixed(width)}" height="6" rx="2" fill="${colour}"/>`
    return at([ids, `Cost: ${value}`], `${hitRow(y)}${heading(y, label, value)}${bar}`)
  })
  return { height: rows.length * ROW, parts }
}

function ranges({ rows }: Ranges) {
  const ticks = niceTicks(largest(rows.flatMap(({ points }) => points.map(({ value }) => value))), false)
  const most = ticks.at(-1) ?? 1
  const height = rows.length * ROW + AXIS
  const x = (value: number) => EDGE + (value / most) * (WIDTH - 2 * EDGE)
  const grid = ticks.map((tick, index) => {
    const anchor = index === 0 ? 'start' : index === ticks.length - 1 ? 'end' : 'middle'
    const place = index === 0 ? 0 : anchor === 'end' ? WIDTH : x(tick)
    return `<path class="grid" d="M${fixed(x(tick))} 0V${height - AXIS}"/>${text(place, height - 5, duration(tick).replace('.0 s', ' s'), anchor)}`
  })
  const parts = rows.map(({ label, ids, points }, row) => {
    const [top, y] = [row * ROW, row * ROW + 20]
    const [first, last] = [points[0]?.value ?? 0, points.at(-1)?.value ?? 0]
    const line = `<path class="span" d="M${fixed(x(first))} ${y}H${fixed(x(last))}"/>`
    const dots = points.map(({ value, colour }) => `<circle cx="${fixed(x(value))}" cy="${y}" r="4" fill="${colour}"/>`)
    const told = `${duration(first)}${last > first ? ` – ${duration(last)}` : ''}`
    const lines = [ids, ...points.map(({ name, value }) => `${name}: ${duration(value)}`)]
    return at(lines, `${hitRow(top)}${heading(top, label, told)}${line}${dots.join('')}`)
  })
  return { height, parts: [...grid, ...parts] }
}

function at(lines: readonly string[], inner: string): string {
  return `<g class="at"><title>${escapeEntities(lines.join('\n'))}</title>${inner}</g>`
}

function hitRow(y: number): string {
  return `<rect class="hit" x="0" y="${y}" width="${WIDTH}" height="${ROW}"/>`
}

function heading(y: number, label: string, value: string): string {
  return `<text class="name" x="0" y="${y + 11}">${escapeEntities(label)}</text>${text(WIDTH, y + 11, value, 'end')}`
}

function text(x: number, y: number, label: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${escapeEntities(label)}</text>`
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/**
 * From 0 to what is not less than `most`, in three to six steps of 1, 2 or 5 times a power of ten.
 * @param isWhole steps of less than one make no sense
 */
export function niceTicks(most: number, isWhole: boolean): number[] {
  const rough = (most || 1) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const nice = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10)
  const step = isWhole ? Math.max(1, nice) : nice
  const steps = Math.max(1, Math.ceil((most || 1) / step - 1e-9))
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)))
}

/** Ticks have the decimals that their step needs. */
function dollars(tick: number, [, step = 1]: readonly number[]): string {
  const digits = Math.min(9, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))
  return `$${grouped(tick, digits, digits)}`
}

/** 1500 → "1.5k" */
function shortCount(tick: number): string {
  return compact(tick).replace(/(\.\d*?)0+(?=\D)/, (_, decimals: string) => (decimals === '.' ? '' : decimals))
}

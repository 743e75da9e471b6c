/** A metric as OpenMetrics describes it. A counter's samples end in `_total`; its own name does not. */
export interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'summary'
  readonly unit?: string
  readonly help: string
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number | string
  readonly suffix?: string
  readonly created?: number
}

export interface MetricSamples extends Metric {
  readonly samples: readonly Sample[]
}

export const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
export const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8'

/** What a metric's samples are called, which is what queries name. */
export function sampleName({ name, type }: Pick<Metric, 'name' | 'type'>): string {
  return type === 'counter' ? `${name}_total` : name
}

/** The OpenMetrics text format 1.0. Metrics without samples are left out. */
export function openMetricsText(metrics: readonly MetricSamples[]): string {
  const lines = metrics.flatMap((metric) => {
    const { name, type, unit, help } = metric
    return section(metric, [
      `# TYPE ${name} ${type}`,
      ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
      `# HELP ${name} ${help}`,
    ])
  })
  return `${[...lines, '# EOF'].join('\n')}\n`
}

/** Prometheus' text format 0.0.4, which knows no units and creation times. */
export function prometheusText(metrics: readonly MetricSamples[]): string {
  const lines = metrics.flatMap((metric) => {
    const name = sampleName(metric)
    const samples = metric.samples.map(({ created: _, ...sample }) => sample)
    return section({ ...metric, samples }, [`# HELP ${name} ${metric.help}`, `# TYPE ${name} ${metric.type}`])
  })
  return `${lines.join('\n')}\n`
}

function section({ name, samples, ...metric }: MetricSamples, head: readonly string[]): string[] {
  if (samples.length === 0) return []
  const own = sampleName({ name, type: metric.type })
  const lines = samples.flatMap(({ labels, value, suffix, created }) => {
    const among = labelsText(labels)
    const line = `${suffix === undefined ? own : name + suffix}${among} ${value}`
    return created === undefined ? [line] : [line, `${name}_created${among} ${created / 1_000}`]
  })
  return [...head, ...lines]
}

function labelsText(labels: Sample['labels']): string {
  const parts = Object.entries(labels).flatMap(([name, value]) => (value === '' ? [] : `${name}="${escaped(value)}"`))
  return parts.length === 0 ? '' : `{${parts.join(',')}}`
}

/** What steers a terminal, turns text or is no character, and what it is written with. */
const UNSAFE = /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]|(?<=#)#(?=\[|vso\[)/giu

/** As safe as all that is told, and nothing lost: two samples that differ may not become the same one. */
function escaped(text: string): string {
  const unit = (code: string) => `\\u${code.charCodeAt(0).toString(16).padStart(4, '0')}`
  const safe = text.replace(UNSAFE, (character) => character.split('').map(unit).join(''))
  return safe.replace(/[\\"]/g, '\\$&')
}

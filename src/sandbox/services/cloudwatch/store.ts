import { firstWhere } from '../../numbers.ts'

export interface Dimension {
  Name: string
  Value: string
}

/** A metric: one time series, told apart by namespace, name and its exact set of dimensions. */
export interface Metric {
  readonly namespace: string
  readonly name: string
  /** Ordered by name. */
  readonly dimensions: readonly Dimension[]
  readonly unit: string
  readonly samples: Samples
}

/** What to put: a value at a time in milliseconds since the epoch. */
export interface MetricSample {
  namespace: string
  name: string
  dimensions?: readonly Dimension[]
  timestamp: number
  value: number
  unit?: string
}

/** Milliseconds as whole minutes since the epoch, rounded down: the resolution in which standard metrics are kept. */
export function minuteOf(milliseconds: number): number {
  return Math.floor(milliseconds / 60_000)
}

export class MetricStore {
  readonly #metrics = new Map<string, Metric>()

  put(sample: MetricSample): void {
    this.#metric(sample).samples.add(minuteOf(sample.timestamp), sample.value)
  }

  /** The metric with exactly these dimensions: CloudWatch treats each combination as a metric of its own and adds none. */
  find(namespace: string, name: string, dimensions: readonly Dimension[] = []): Metric | undefined {
    return this.#metrics.get(keyOf(namespace, name, dimensions))
  }

  active(since: number): Metric[] {
    const minute = minuteOf(since)
    return [...this.#metrics.values()].filter((metric) => metric.samples.last >= minute)
  }

  #metric({ namespace, name, dimensions = [], unit = 'None' }: MetricSample): Metric {
    const key = keyOf(namespace, name, dimensions)
    const known = this.#metrics.get(key)
    if (known) return known
    const metric = { namespace, name, dimensions: sorted(dimensions), unit, samples: new Samples() }
    this.#metrics.set(key, metric)
    return metric
  }
}

function sorted(dimensions: readonly Dimension[]): readonly Dimension[] {
  if (dimensions.length < 2) return dimensions
  return [...dimensions].sort((a, b) => (a.Name < b.Name ? -1 : 1))
}

function keyOf(namespace: string, name: string, dimensions: readonly Dimension[]): string {
  let key = `${namespace}\0${name}`
  for (const { Name, Value } of sorted(dimensions)) key += `\0${Name}\0${Value}`
  return key
}

/** Values by the minute since the epoch, each as it was put: percentiles need that. */
export class Samples {
  #minutes: number[] = []
  #values: number[] = []
  #sorted = true
  #last = Number.NEGATIVE_INFINITY

  get last(): number {
    return this.#last
  }

  add(minute: number, value: number): void {
    this.#minutes.push(minute)
    this.#values.push(value)
    if (minute < this.#last) this.#sorted = false
    else this.#last = minute
  }

  /** Shows every sample with `from` <= minute < `to`, in order of time. */
  visit(from: number, to: number, show: (minute: number, value: number) => void): void {
    if (!this.#sorted) this.#sort()
    for (let i = firstWhere(this.#minutes, (minute) => minute >= from); i < this.#minutes.length; i++) {
      const minute = this.#minutes[i] ?? 0
      if (minute >= to) break
      show(minute, this.#values[i] ?? 0)
    }
  }

  #sort(): void {
    const [minutes, values] = [this.#minutes, this.#values]
    const order = [...minutes.keys()].sort((a, b) => (minutes[a] ?? 0) - (minutes[b] ?? 0))
    this.#minutes = order.map((from) => minutes[from] ?? 0)
    this.#values = order.map((from) => values[from] ?? 0)
    this.#sorted = true
  }
}

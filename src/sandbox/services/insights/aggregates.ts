import { percentile, sum } from '../../numbers.ts'
import { compare, format, toNumber, type Value } from './value.ts'

/** One event's share in an aggregate: its value and its time. */
export interface Sample {
  value: Value
  time: number
}

type Aggregate = (samples: Sample[], parameter: Value) => Value

const numbersOf = (samples: Sample[]) =>
  samples.map(({ value }) => toNumber(value)).filter((number): number is number => number !== undefined)

const mean = (numbers: number[]) => (numbers.length === 0 ? undefined : sum(numbers) / numbers.length)

/** Events that lack the field do not count. */
const AGGREGATES: ReadonlyMap<string, Aggregate> = new Map(
  Object.entries<Aggregate>({
    count: (samples) => samples.length,
    count_distinct: (samples) => new Set(samples.map(({ value }) => format(value ?? ''))).size,
    sum: (samples) => sum(numbersOf(samples)),
    avg: (samples) => mean(numbersOf(samples)),
    min: (samples) => extreme(samples, 1),
    max: (samples) => extreme(samples, -1),
    pct: (samples, percent) => percentile(numbersOf(samples), toNumber(percent) ?? 50),
  }),
)

export function isAggregate(name: string): boolean {
  return AGGREGATES.has(name)
}

export function aggregate(name: string, samples: Sample[], parameter: Value): Value {
  const present = samples.filter(({ value }) => value !== undefined)
  return AGGREGATES.get(name)?.(present, parameter)
}

function extreme(samples: Sample[], sign: number): Value {
  return samples.reduce<Value>(
    (best, { value }) => (best === undefined || sign * compare(value, best) < 0 ? value : best),
    undefined,
  )
}

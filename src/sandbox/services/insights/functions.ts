import { percentile, sum } from '../../numbers.ts'
import { compare, format, toNumber, type Value } from './value.ts'

const text = (value: Value) => (value === undefined ? '' : format(value))

const onNumber =
  (apply: (value: number) => number) =>
  ([value]: Value[]): Value => {
    const number = toNumber(value)
    return number === undefined ? undefined : apply(number)
  }

const extreme =
  (pick: (...values: number[]) => number) =>
  (values: Value[]): Value => {
    const numbers = values.map(toNumber).filter((number): number is number => number !== undefined)
    return numbers.length === 0 ? undefined : pick(...numbers)
  }

/** The plain functions of Logs Insights that the program's queries use, by lower-case name. */
const FUNCTIONS: ReadonlyMap<string, (values: Value[]) => Value> = new Map(
  Object.entries<(values: Value[]) => Value>({
    abs: onNumber(Math.abs),
    ceil: onNumber(Math.ceil),
    floor: onNumber(Math.floor),
    least: extreme(Math.min),
    greatest: extreme(Math.max),
    strlen: ([value]) => (value === undefined ? undefined : text(value).length),
    strcontains: ([value, part]) => (value === undefined ? undefined : Number(text(value).includes(text(part)))),
    concat: (values) => values.map(text).join(''),
    coalesce: (values) => values.find((value) => value !== undefined),
    ispresent: ([value]) => Number(value !== undefined),
    tomillis: ([value]) => (value instanceof Date ? value.getTime() : undefined),
  }),
)

export function isFunction(name: string): boolean {
  return name === 'bin' || FUNCTIONS.has(name)
}

export function callFunction(name: string, values: Value[]): Value {
  return FUNCTIONS.get(name)?.(values)
}

export function floorTime(time: Value, duration: Value): Value {
  const [at, step] = [toNumber(time), toNumber(duration)]
  return at === undefined || !step ? undefined : new Date(Math.floor(at / step) * step)
}

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
    min: (samples) => outermost(samples, 1),
    max: (samples) => outermost(samples, -1),
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

function outermost(samples: Sample[], sign: number): Value {
  return samples.reduce<Value>(
    (best, { value }) => (best === undefined || sign * compare(value, best) < 0 ? value : best),
    undefined,
  )
}

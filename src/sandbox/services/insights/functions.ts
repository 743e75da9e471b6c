import { format, toNumber, type Value } from './value.ts'

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

/** A time rounded down to a multiple of a duration in milliseconds. */
export function floorTime(time: Value, duration: Value): Value {
  const [at, step] = [toNumber(time), toNumber(duration)]
  return at === undefined || !step ? undefined : new Date(Math.floor(at / step) * step)
}

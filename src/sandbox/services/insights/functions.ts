import { format, holds, toNumber, type Value } from './value.ts'

const text = (value: Value) => (value === undefined ? '' : format(value))

const onNumber =
  (apply: (value: number) => number) =>
  ([value]: Value[]): Value => {
    const number = toNumber(value)
    return number === undefined ? undefined : apply(number)
  }

const onText =
  (apply: (value: string, ...rest: Value[]) => Value) =>
  ([value, ...rest]: Value[]): Value =>
    value === undefined ? undefined : apply(text(value), ...rest)

const extreme =
  (pick: (...values: number[]) => number) =>
  (values: Value[]): Value => {
    const numbers = values.map(toNumber).filter((number): number is number => number !== undefined)
    return numbers.length === 0 ? undefined : pick(...numbers)
  }

/** The plain functions of Logs Insights that the sandbox knows, by lower-case name. */
const FUNCTIONS: ReadonlyMap<string, (values: Value[]) => Value> = new Map(
  Object.entries<(values: Value[]) => Value>({
    abs: onNumber(Math.abs),
    ceil: onNumber(Math.ceil),
    floor: onNumber(Math.floor),
    sqrt: onNumber(Math.sqrt),
    log: onNumber(Math.log),
    least: extreme(Math.min),
    greatest: extreme(Math.max),
    strlen: onText((value) => value.length),
    tolower: onText((value) => value.toLowerCase()),
    toupper: onText((value) => value.toUpperCase()),
    trim: onText((value) => value.trim()),
    substr: onText((value, from, length) => {
      const start = toNumber(from) ?? 0
      return value.slice(start, length === undefined ? undefined : start + (toNumber(length) ?? 0))
    }),
    replace: onText((value, from, to) => value.replaceAll(text(from), text(to))),
    strcontains: onText((value, part) => Number(value.includes(text(part)))),
    concat: (values) => values.map(text).join(''),
    coalesce: (values) => values.find((value) => value !== undefined),
    if: ([condition, then, otherwise]) => (holds(condition) ? then : otherwise),
    ispresent: ([value]) => Number(value !== undefined),
    isempty: ([value]) => Number(value === undefined || value === ''),
    isblank: ([value]) => Number(text(value).trim() === ''),
    frommillis: ([value]) => {
      const number = toNumber(value)
      return number === undefined ? undefined : new Date(number)
    },
    tomillis: ([value]) => (value instanceof Date ? value.getTime() : undefined),
    datefloor: ([time, duration]) => floorTime(time, duration),
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

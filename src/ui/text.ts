import { grouped } from '../core/numbers.ts'

/** "1 alarm", "3 alarms"; digits in groups of three. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${grouped(number)} ${number === 1 ? one : many}`
}

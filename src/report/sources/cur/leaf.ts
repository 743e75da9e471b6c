import type { SchemaElement, SchemaTree } from 'hyparquet'
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js'
import { DAY_MS } from '../../window.ts'
import { type Amounts, amountsOf, bufferOf, type Coded, parseTime } from './batch.ts'

/** The values of one physical column in a group of rows; the first is of those that have none. */
export class Leaf {
  readonly maxRep: number
  readonly maxDef: number
  readonly element: SchemaElement
  /** Where it is below its column; nothing of a column that is not nested. */
  readonly names: readonly string[]
  readonly places: number
  readonly reps: Uint8Array
  /** Numbers of no dictionary that is worth it are kept as they are: NaN is none. */
  readonly doubles: Float64Array | undefined
  /** Of each place: a value, or 0. Nested columns have several places a row, and some without a value. */
  readonly codes: Int32Array
  readonly values: unknown[] = [undefined]
  readonly #known = new Map<string | bigint | number, number>()
  #texts: string[] | undefined
  #amounts: Amounts | undefined

  constructor(path: SchemaTree[], places: number) {
    this.element = path.at(-1)?.element as SchemaElement
    this.names = path.slice(2).map(({ element }) => element.name)
    this.maxRep = getMaxRepetitionLevel(path)
    this.maxDef = getMaxDefinitionLevel(path)
    this.places = places
    this.reps = new Uint8Array(this.maxRep > 0 ? places : 0)
    const isDouble = this.element.type === 'DOUBLE' || this.element.type === 'FLOAT'
    this.doubles = isDouble ? new Float64Array(places).fill(Number.NaN) : undefined
    this.codes = new Int32Array(isDouble ? 0 : places)
  }

  /** Codes of which every place has one: they are unpacked where they belong. */
  putEveryCode(at: number, count: number, unpack: (out: Int32Array) => void): void {
    const most = this.values.length - 1
    const codes = this.codes.subarray(at, at + count)
    unpack(codes)
    for (let place = 0; place < count; place++) {
      const code = codes[place] as number
      if (code >= most) throw new Error('a value is not in its dictionary')
      codes[place] = code + 1
    }
  }

  /** @param defs of each place, whether it has a value; without them all have */
  putCodes(at: number, codes: Int32Array, defs: Uint8Array | undefined): void {
    const { maxDef, doubles, values } = this
    const most = values.length
    let next = 0
    for (let place = 0, end = defs?.length ?? codes.length; place < end; place++) {
      if (defs && defs[place] !== maxDef) continue
      const code = (codes[next++] as number) + 1
      if (code >= most) throw new Error('a value is not in its dictionary')
      if (doubles) doubles[at + place] = values[code] as number
      else this.codes[at + place] = code
    }
  }

  putValues(at: number, read: ArrayLike<unknown>, defs: Uint8Array | undefined): void {
    const { maxDef, doubles } = this
    let next = 0
    for (let place = 0, end = defs?.length ?? read.length; place < end; place++) {
      if (defs && defs[place] !== maxDef) continue
      const value = read[next++]
      if (doubles) doubles[at + place] = value as number
      else this.codes[at + place] = this.#codeOf(value)
    }
  }

  #codeOf(value: unknown): number {
    const key = value instanceof Uint8Array ? bufferOf(value).toString('latin1') : (value as bigint | number)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, this.values.length)
    // A part of a page would keep all of the page.
    return this.values.push(value instanceof Uint8Array ? value.slice() : value) - 1
  }

  get #scale(): number | undefined {
    const { converted_type, logical_type, scale } = this.element
    if (logical_type?.type === 'DECIMAL') return logical_type.scale
    return converted_type === 'DECIMAL' ? (scale ?? 0) : undefined
  }

  /** Of a number or a text: as it is written. */
  coded(): Coded<string> {
    const scale = this.#scale
    if (this.doubles) return codedDoubles(this.doubles)
    this.#texts ??= this.values.map((value) => {
      if (value === undefined) return ''
      if (scale !== undefined) return `${integerOf(value)}e-${scale}`
      return value instanceof Uint8Array ? bufferOf(value).toString() : String(value)
    })
    return { codes: this.codes, values: this.#texts }
  }

  times(): Coded<number> {
    const { type, converted_type, logical_type } = this.element
    const unit = logical_type?.type === 'TIMESTAMP' ? logical_type.unit : converted_type
    const values = this.values.map((value) => {
      if (value === undefined) return Number.NaN
      if (value instanceof Uint8Array) return parseTime(bufferOf(value).toString())
      if (type === 'INT96') {
        // The Julian day above, the nanoseconds of the day below.
        const [day, nanos] = [(value as bigint) >> 64n, BigInt.asUintN(64, value as bigint)]
        return Number(day - JULIAN_DAY_OF_1970) * DAY_MS + Number(nanos / NANOS_A_MS)
      }
      if (converted_type === 'DATE' || logical_type?.type === 'DATE') return Number(value) * DAY_MS
      const count = Number(value)
      if (unit === 'MICROS' || unit === 'TIMESTAMP_MICROS') return count / 1e3
      return unit === 'NANOS' ? count / 1e6 : count
    })
    return { codes: this.codes, values }
  }

  amounts(): Amounts {
    this.#amounts ??= this.doubles ?? amountsOf(this.coded())
    return this.#amounts
  }
}

function codedDoubles(doubles: Float64Array): Coded<string> {
  return {
    codes: Int32Array.from(doubles, (value, at) => (Number.isNaN(value) ? 0 : at + 1)),
    values: ['', ...Array.from(doubles, String)],
  }
}

/** Big-endian two's complement of the bytes; numbers as they are. */
function integerOf(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as number | bigint)
  return value.length === 0 ? 0n : BigInt.asIntN(8 * value.length, BigInt(`0x${bufferOf(value).toString('hex')}`))
}

const NANOS_A_MS = 1_000_000n
const JULIAN_DAY_OF_1970 = 2_440_588n

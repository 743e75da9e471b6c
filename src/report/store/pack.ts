import { pipeline } from 'node:stream'
import { promisify } from 'node:util'
import { constants, createGzip, gunzip } from 'node:zlib'
import type { Fault } from '../scan/fault.ts'
import type { ObjectTally } from './tally.ts'

/** Changes with the form, so that what an older version wrote is not believed. What the records are read as changes with the program. */
const FORM = 3
const unpack = promisify(gunzip)
/** Logs of a day take a thousandth of it. */
const MOST_BYTES = 2 ** 30
const WORD = 4
const NEWLINE = 0x0a

export interface KeptObject {
  /** Which content it had: another one has another. */
  version: string
  /** When a run that wrote its pack last asked for it, ms. */
  seen: number
  /** What of it could not be read. The name is what stands behind its own, of a file in an archive. */
  faults: readonly Fault[]
  tallies: readonly ObjectTally[]
}

/** What a pack says of itself in the clear, ahead of the rest: the form, the program that wrote it, where its objects lie, and times in ms. */
interface PackHead {
  form: number
  program: string
  folder: string
  objects: number
  calls: number
  first: number
  last: number
  written: number
}

/** What is kept of the objects of one folder, by their names. gzip brings its own checksum. */
export async function encodePack(
  about: Pick<PackHead, 'program' | 'folder' | 'written'>,
  objects: ReadonlyMap<string, KeptObject>,
): Promise<Uint8Array> {
  const kinds = new Map<string, number>()
  const keys = new Map<string, number>()
  const numbered = (known: Map<string, number>, text: string) => {
    const number = known.get(text) ?? known.size
    known.set(text, number)
    return number
  }
  const tallies = [...objects.values()].flatMap((object) => object.tallies)
  const index = [...objects].map(([name, { tallies, ...about }]): StoredObject => {
    const stored = tallies.map(({ columns, ...told }) => {
      const own = told.kinds.map((kind) => numbered(kinds, kind))
      return { ...told, keys: numbered(keys, JSON.stringify(told.keys)), kinds: own, bytes: columns.length }
    })
    return { name, ...about, tallies: stored }
  })
  const stored: Stored = { kinds: [...kinds.keys()], keys: [...keys.keys()], index }
  const lists = Buffer.from(JSON.stringify(stored))
  const length = Buffer.alloc(WORD)
  length.writeUInt32BE(lists.length)
  const spans = tallies.filter(({ calls }) => calls > 0)
  const head: PackHead = {
    form: FORM,
    ...about,
    objects: objects.size,
    calls: spans.reduce((sum, { calls }) => sum + calls, 0),
    first: spans.reduce((first, tally) => Math.min(first, tally.first), about.written),
    last: spans.reduce((last, tally) => Math.max(last, tally.last), 0),
  }
  const chunks = [Buffer.from(`${JSON.stringify(head)}\n`)]
  const contents = [length, lists, ...tallies.map(({ columns }) => columns)]
  const packed = pipeline(inGroups(contents), createGzip({ level: constants.Z_BEST_SPEED }), () => {})
  for await (const chunk of packed) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const GROUP_BYTES = 2 ** 18

/** Small ones together, since each takes a turn; of large ones none needs to be there twice. */
function* inGroups(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  let group: Uint8Array[] = []
  let bytes = 0
  for (const part of parts) {
    group.push(part)
    bytes += part.length
    if (bytes < GROUP_BYTES) continue
    yield group.length === 1 ? part : Buffer.concat(group)
    group = []
    bytes = 0
  }
  yield Buffer.concat(group)
}

interface StoredObject extends Omit<KeptObject, 'tallies'> {
  name: string
  tallies: StoredTally[]
}

/** Its keys and kinds stand in the lists of all, and its columns behind those of the one before. */
interface StoredTally extends Pick<ObjectTally, 'calls' | 'first' | 'last'> {
  keys: number
  kinds: readonly number[]
  bytes: number
}

interface Stored {
  kinds: string[]
  keys: string[]
  index: StoredObject[]
}

/** Undefined for what this version has not written. */
export function headOf(bytes: Uint8Array, program: string): PackHead | undefined {
  try {
    const head = JSON.parse(Buffer.from(bytes.subarray(0, bytes.indexOf(NEWLINE))).toString()) as PackHead
    return head.form === FORM && head.program === program ? head : undefined
  } catch {
    return undefined
  }
}

/** Reads what {@link encodePack} wrote. Undefined for anything else, and for what is damaged. */
export async function decodePack(bytes: Uint8Array, program: string): Promise<Map<string, KeptObject> | undefined> {
  if (!headOf(bytes, program)) return undefined
  try {
    const body = await unpack(bytes.subarray(bytes.indexOf(NEWLINE) + 1), { maxOutputLength: MOST_BYTES })
    let at = WORD + body.readUInt32BE(0)
    const { kinds, keys: ofAll, index } = JSON.parse(body.toString('utf8', WORD, at)) as Stored
    const lists = ofAll.map((list) => JSON.parse(list) as string[])
    return new Map(
      index.map(({ name, tallies, ...about }) => {
        const read = tallies.map(({ keys, kinds: own, bytes: length, ...told }) => {
          const columns = body.subarray(at, at + length)
          at += length
          return { ...told, keys: lists[keys] ?? [], kinds: own.map((kind) => kinds[kind] ?? ''), columns }
        })
        return [name, { ...about, tallies: read }]
      }),
    )
  } catch {
    return undefined
  }
}

import { createHash } from 'node:crypto'
import type { Context } from '../../core/context.ts'
import type { Fault } from '../scan/fault.ts'
import type { InvocationRecord } from '../scan/record.ts'
import { DAY_MS } from '../window.ts'
import { decodePack, encodePack, type KeptObject } from './pack.ts'
import { type ObjectTally, TallyReader } from './tally.ts'

/** Where packs are kept from one run to the next. What cannot be read or written is as if it were not there. */
export interface PackFiles {
  read(name: string): Promise<Uint8Array | undefined>
  /** Whole or not at all. @returns why it could not be written, where it could not */
  write(name: string, bytes: Uint8Array): Promise<string | undefined>
}

/** A file or object that may have been read before. */
export interface KnownObject {
  name: string
  id: string
  /** Another one has other content; undefined: it is not kept. */
  version: string | undefined
  size: number
}

/** Tallies that wait to be written take so many bytes at most. */
const MOST_HELD = 16 * 2 ** 20
/** The tallies of one folder, some three million calls, and how long those are kept that no run has asked for. */
const MOST_OF_FOLDER = 2 ** 26
/** Objects of this size have a pack each: a pack is held in memory as a whole, more than once while it is written. */
const LARGE_BYTES = 2 ** 24
const MOST_UNSEEN_MS = 100 * DAY_MS
/** Objects are read with the keys of `requestMetadata` that others of their folder were read with, up to so many. */
const MOST_KEYS = 16

/** The tallies of objects that were read before, in packs: one for each folder, of hourly folders one for the day, and of each large object. */
export class TallyStore {
  readonly #files: PackFiles
  readonly #program: string
  readonly #endpoint: () => Promise<string>
  #server: Promise<string> | undefined

  /**
   * @param program its version: another one may read records in another way
   * @param endpoint which server buckets are asked of, since what one says is nothing for another
   */
  constructor(files: PackFiles, program: string, endpoint: () => Promise<string> = async () => '') {
    this.#files = files
    this.#program = program
    this.#endpoint = endpoint
  }

  ofRun(cx: Context, objects: readonly KnownObject[]): RunTallies {
    return new RunTallies(cx, this, objects)
  }

  async read(pack: string): Promise<Map<string, KeptObject>> {
    const bytes = await this.#files.read(await this.#nameOf(pack))
    return (bytes && (await decodePack(bytes, this.#program))) ?? new Map()
  }

  async write(pack: string, objects: ReadonlyMap<string, KeptObject>, written: number): Promise<string | undefined> {
    const [folder = pack] = [...objects.keys()].map(folderOf)
    const bytes = await encodePack({ program: this.#program, folder, written }, objects)
    return this.#files.write(await this.#nameOf(pack), bytes)
  }

  async #nameOf(pack: string): Promise<string> {
    if (pack.startsWith('s3://')) this.#server ??= this.#endpoint()
    const of = pack.startsWith('s3://') ? await this.#server : ''
    return `${createHash('sha256').update(`${of}\n${pack}`).digest('hex').slice(0, 32)}.tally`
  }
}

/** The folder of an object; of an hour's, that of the day. */
export function folderOf(id: string): string {
  return id.replace(/(?:(?<=[\\/]\d{4}[\\/]\d\d[\\/]\d\d)[\\/]\d\d)?[\\/][^\\/]*$/, '')
}

/** Objects of one pack: that many are still to be read, and `fresh` were and are not written yet. */
interface Folder {
  pack: string
  objects: KnownObject[]
  unread: number
  fresh: Map<string, KeptObject>
}

/** What of one run's objects was read before. First all that is kept is handed on, then the others are read and kept. */
export class RunTallies {
  readonly #cx: Context
  readonly #store: TallyStore
  readonly #folders = new Map<string, Folder>()
  readonly #byName = new Map<string, { object: KnownObject; folder: Folder }>()
  readonly #done = new Set<string>()
  doneBytes = 0
  #held = 0
  #writing: Promise<void> = Promise.resolve()
  #hasFailed = false

  constructor(cx: Context, store: TallyStore, objects: readonly KnownObject[]) {
    this.#cx = cx
    this.#store = store
    for (const object of objects) {
      const pack = object.size < LARGE_BYTES ? folderOf(object.id) : object.id
      const folder: Folder = this.#folders.get(pack) ?? { pack, objects: [], unread: 0, fresh: new Map() }
      folder.objects.push(object)
      this.#folders.set(pack, folder)
      this.#byName.set(object.name, { object, folder })
    }
  }

  /** Its calls were handed on: it is not to be read. */
  isDone(name: string): boolean {
    return this.#done.has(name)
  }

  /**
   * Hands on the calls of the objects that are kept.
   * @param keys of `requestMetadata` that the records are to have
   * @returns what could not be read of them, and the keys with which the others are to be read for the next time
   */
  async handOn(
    keys: readonly string[],
    add: (call: InvocationRecord) => void,
  ): Promise<{ records: number; faults: Fault[]; moreKeys: string[] }> {
    const reader = new TallyReader(keys)
    const moreKeys = new Set<string>()
    const faults: Fault[] = []
    let records = 0
    this.doneBytes = 0
    for (const folder of this.#folders.values()) {
      this.#cx.signal.throwIfAborted()
      const kept = await this.#store.read(folder.pack)
      for (const object of folder.objects) {
        const one = kept.get(object.id)
        for (const { keys } of one?.tallies ?? []) for (const key of keys) moreKeys.add(key)
        if (!one || one.version !== object.version || !reader.canRead(one.tallies)) continue
        for (const tally of one.tallies) reader.read(tally, add)
        this.#done.add(object.name)
        this.doneBytes += object.size
        for (const { calls } of one.tallies) records += calls
        faults.push(...one.faults.map((fault) => ({ ...fault, name: object.name + fault.name })))
      }
      folder.unread = folder.objects.filter(({ name }) => !this.#done.has(name)).length
    }
    return { records, faults, moreKeys: [...moreKeys].filter((key) => !keys.includes(key)).slice(0, MOST_KEYS) }
  }

  /**
   * Keeps an object that was read, unless it broke off. A pack is written once all of its objects are there.
   * @param tallies of all of its parts; without those of one it is not kept
   */
  async keep(
    { name, version }: { name: string; version?: string | undefined },
    faults: readonly Fault[],
    tallies: readonly (ObjectTally | undefined)[],
  ): Promise<void> {
    const known = this.#byName.get(name)
    if (!known) return
    const { object, folder } = known
    folder.unread--
    const isWhole = tallies.every((tally) => tally !== undefined) && faults.every(({ code }) => code !== 'unreadable')
    if (isWhole && version !== undefined && version === object.version) {
      const ofObject = faults.map((fault) => ({ ...fault, name: fault.name.slice(name.length) }))
      folder.fresh.set(object.id, { version, seen: this.#cx.clock.now(), faults: ofObject, tallies })
      this.#held += sizeOf(tallies)
    }
    if (folder.unread === 0) await this.#write([folder])
    else if (this.#held > MOST_HELD) await this.finish()
  }

  finish(): Promise<void> {
    return this.#write([...this.#folders.values()])
  }

  #write(folders: readonly Folder[]): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      for (const folder of folders) if (folder.fresh.size > 0) await this.#writePack(folder)
    })
    return this.#writing
  }

  async #writePack(folder: Folder): Promise<void> {
    const { pack, fresh } = folder
    folder.fresh = new Map()
    for (const { tallies } of fresh.values()) this.#held -= sizeOf(tallies)
    if (this.#hasFailed) return
    const now = this.#cx.clock.now()
    const asked = new Set(folder.objects.map(({ id }) => id))
    const objects = new Map(fresh)
    let room = MOST_OF_FOLDER
    // Another run may have written it since. What nobody has asked for in a long time is gone from there, mostly.
    for (const [id, kept] of await this.#store.read(pack)) {
      const seen = asked.has(id) ? now : kept.seen
      room -= sizeOf(kept.tallies)
      if (!objects.has(id) && room > 0 && now - seen < MOST_UNSEEN_MS) objects.set(id, { ...kept, seen })
    }
    const failure = await this.#store.write(pack, objects, now)
    if (failure === undefined) return
    this.#hasFailed = true
    const message = `the cache could not be written (${failure}), so the next run reads these logs again; set XDG_CACHE_HOME to use another folder, or pass --no-cache`
    this.#cx.emit({ type: 'warning', warning: { code: 'cache-not-written', message } })
  }
}

function sizeOf(tallies: readonly ObjectTally[]): number {
  return tallies.reduce((sum, { columns }) => sum + columns.length, 0)
}

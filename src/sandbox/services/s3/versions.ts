import { firstWhere } from '../../numbers.ts'

/** One version of an object, or a marker that says that it was deleted. */
export interface Version {
  readonly key: string
  readonly id: string
  readonly deleted: boolean
  readonly modified: number
  readonly body: Uint8Array
  readonly etag: string
}

/** The id of a version that was written while versioning was not on. */
export const NULL_VERSION = 'null'

/** The objects of a bucket. Keys are listed in the order of their UTF-8 bytes, a key's versions newest first. */
export class Versions {
  readonly #byKey = new Map<string, Version[]>()
  #sorted: string[] | undefined

  get empty(): boolean {
    return this.#byKey.size === 0
  }

  /** Adds a version on top; one with the null id takes the place of the earlier one with that id. */
  put(version: Version): void {
    const earlier = this.#byKey.get(version.key)
    if (earlier === undefined) {
      this.#byKey.set(version.key, [version])
      this.#sorted = undefined
      return
    }
    if (version.id === NULL_VERSION) removeId(earlier, NULL_VERSION)
    earlier.unshift(version)
  }

  /** The newest version, be it a marker, or the one with that id. */
  get(key: string, id?: string): Version | undefined {
    const versions = this.#byKey.get(key)
    return id === undefined ? versions?.[0] : versions?.find((version) => version.id === id)
  }

  remove(key: string, id: string): Version | undefined {
    const versions = this.#byKey.get(key)
    const removed = versions && removeId(versions, id)
    if (versions?.length === 0) {
      this.#byKey.delete(key)
      this.#sorted = undefined
    }
    return removed
  }

  /** The keys after `after` that begin with the prefix, in order: they stand together. */
  *keys(after = '', prefix = ''): Generator<string> {
    this.#sorted ??= [...this.#byKey.keys()].sort(compareKeys)
    const sorted = this.#sorted
    const isBefore = compareKeys(after, prefix) < 0
    let index = firstWhere(sorted, (key) => compareKeys(key, isBefore ? prefix : after) >= (isBefore ? 0 : 1))
    for (let key = sorted[index]; key?.startsWith(prefix); key = sorted[++index]) yield key
  }

  of(key: string): readonly Version[] {
    return this.#byKey.get(key) ?? []
  }
}

function removeId(versions: Version[], id: string): Version | undefined {
  const index = versions.findIndex((version) => version.id === id)
  return index < 0 ? undefined : versions.splice(index, 1)[0]
}

/** By code points, which is the order of UTF-8 bytes. JavaScript's own order differs beyond the basic plane. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: tells ASCII keys, whose order is the plain one
  if (/^[\x00-\x7f]*$/.test(a + b)) return a < b ? -1 : 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

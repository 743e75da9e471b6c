import type { PackFiles } from '../../src/report/store/store.ts'

/** Packs in memory, to be looked at and spoilt. */
export function packsInMemory(): PackFiles & { packs: Map<string, Uint8Array> } {
  const packs = new Map<string, Uint8Array>()
  return {
    packs,
    read: async (name) => packs.get(name),
    async write(name, bytes) {
      packs.set(name, Uint8Array.from(bytes))
      return undefined
    },
  }
}

export interface Tag {
  Key?: string | undefined
  Value?: string | undefined
}

export class Tags {
  readonly #values = new Map<string, string>()

  constructor(tags?: readonly Tag[]) {
    this.add(tags)
  }

  add(tags: readonly Tag[] = []): void {
    for (const { Key = '', Value = '' } of tags) this.#values.set(Key, Value)
  }

  remove(keys: readonly string[] = []): void {
    for (const key of keys) this.#values.delete(key)
  }

  list(): { Key: string; Value: string }[] {
    return [...this.#values].map(([Key, Value]) => ({ Key, Value }))
  }

  /** True where both hold the same keys with the same values. */
  equals(tags: readonly Tag[]): boolean {
    const given = new Tags(tags)
    return this.#values.size === given.#values.size && [...given.#values].every(([k, v]) => this.#values.get(k) === v)
  }
}

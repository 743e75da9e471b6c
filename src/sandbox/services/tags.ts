import type { Call, Input } from '../service.ts'

export interface Tag {
  Key?: string | undefined
  Value?: string | undefined
}

/** The most tags that a resource has, of any service (docs: Tagging AWS resources). */
const MOST_TAGS = 50

export class Tags {
  readonly #values = new Map<string, string>()
  readonly #tooMany: (() => Error) | undefined

  /** @param tooMany what a service answers where there would be more than a resource may have; without it, all are taken */
  constructor(tags?: readonly Tag[], tooMany?: () => Error) {
    this.#tooMany = tooMany
    this.add(tags)
  }

  add(tags: readonly Tag[] = []): void {
    const keys = new Set([...this.#values.keys(), ...tags.map(({ Key = '' }) => Key)])
    if (this.#tooMany && keys.size > MOST_TAGS) throw this.#tooMany()
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

/** The tagging operations over whatever `find` knows by its ARN. @param prefix what members are called by besides */
export function tagging(find: (arn: string | undefined, call: Call) => Tags, arn = 'ResourceARN', prefix = '') {
  const found = (input: object, call: Call) => find((input as Input)[arn] as string | undefined, call)
  const given = <Value>(input: object, member: string) => (input as Input)[`${prefix}${member}`] as Value | undefined
  return {
    TagResource: (input: object, call: Call) => found(input, call).add(given<Tag[]>(input, 'Tags')),
    UntagResource: (input: object, call: Call) => found(input, call).remove(given<string[]>(input, 'TagKeys')),
    ListTagsForResource: (input: object, call: Call) => ({ [`${prefix}Tags`]: found(input, call).list() }),
  }
}

import type { Owner } from '../core/resource.ts'

/** The tag on everything that this program makes or looks after. */
const OWNER_TAG = { key: 'managed-by', value: 'bedrock-monitor' } as const
/** The tag on what was there before and is looked after since. */
const ADOPTED_TAG = { key: 'bedrock-monitor:adopted', value: 'true' } as const

/** A tag as most services spell it. */
export interface Tag {
  Key?: string | undefined
  Value?: string | undefined
}

/** Whose a thing of our name is, by its tags. */
export function ownerOf(tags: readonly Tag[] | undefined): Owner {
  const has = (tag: { key: string; value: string }) =>
    tags?.some(({ Key, Value }) => Key === tag.key && Value === tag.value) ?? false
  if (!has(OWNER_TAG)) return 'unmarked'
  return has(ADOPTED_TAG) ? 'adopted' : 'ours'
}

/** The tags to set on a thing that is created (no owner yet) or maintained. */
export function tagsFor(owner: Owner | undefined): { Key: string; Value: string }[] {
  const tags = [OWNER_TAG, ...(owner === 'unmarked' || owner === 'adopted' ? [ADOPTED_TAG] : [])]
  return tags.map(({ key, value }) => ({ Key: key, Value: value }))
}

/** The same as a map, as CloudWatch Logs takes them. */
export function tagMapFor(owner: Owner | undefined): Record<string, string> {
  return Object.fromEntries(tagsFor(owner).map(({ Key, Value }) => [Key, Value]))
}

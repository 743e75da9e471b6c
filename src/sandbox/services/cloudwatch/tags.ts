import type { Tag, TagResourceInput, UntagResourceInput } from '@aws-sdk/client-cloudwatch'
import type { Call, Operation } from '../../service.ts'
import { typed } from '../typed.ts'
import { noSuchResource, validation } from './faults.ts'

export type Tags = Map<string, string>

const MOST_TAGS = 50

export function tagsOf(tags: readonly Tag[] = []): Tags {
  if (tags.length > MOST_TAGS) throw validation(`A resource takes at most ${MOST_TAGS} tags.`)
  return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
}

/** The tagging operations over whatever `find` knows by its ARN. */
export function createTagging(find: (arn: string, call: Call) => Tags | undefined): Record<string, Operation> {
  const tagsAt = (arn: string | undefined, call: Call): Tags => {
    const tags = find(arn ?? '', call)
    if (!tags) throw noSuchResource(arn ?? '')
    return tags
  }
  return {
    TagResource: typed((input: TagResourceInput, call) => {
      const tags = tagsAt(input.ResourceARN, call)
      const added = tagsOf(input.Tags)
      if (new Set([...tags.keys(), ...added.keys()]).size > MOST_TAGS) {
        throw validation(`A resource takes at most ${MOST_TAGS} tags.`)
      }
      for (const [key, value] of added) tags.set(key, value)
      return {}
    }),
    UntagResource: typed((input: UntagResourceInput, call) => {
      const tags = tagsAt(input.ResourceARN, call)
      for (const key of input.TagKeys ?? []) tags.delete(key)
      return {}
    }),
    ListTagsForResource: typed((input: { ResourceARN?: string }, call) => ({
      Tags: [...tagsAt(input.ResourceARN, call)].map(([Key, Value]) => ({ Key, Value })),
    })),
  }
}

import type { Tag, TagResourceInput, UntagResourceInput } from '@aws-sdk/client-cloudwatch'
import type { Call, Operation } from '../../service.ts'
import { Tags } from '../tags.ts'
import { typed } from '../typed.ts'
import { noSuchResource, validation } from './faults.ts'

const MOST_TAGS = 50

/** @throws AwsFault where there are more than a resource may have. */
export function tagsOf(tags: readonly Tag[] = []): Tags {
  const made = new Tags(tags)
  if (made.list().length > MOST_TAGS) throw validation(`A resource takes at most ${MOST_TAGS} tags.`)
  return made
}

/** The tagging operations over whatever `find` knows by its ARN. */
export function createTagging(find: (arn: string, call: Call) => Tags | undefined): Record<string, Operation> {
  const tagsAt = (arn = '', call: Call): Tags => {
    const tags = find(arn, call)
    if (!tags) throw noSuchResource(arn)
    return tags
  }
  return {
    TagResource: typed(({ ResourceARN, Tags: added = [] }: TagResourceInput, call) => {
      const tags = tagsAt(ResourceARN, call)
      tagsOf([...tags.list(), ...added])
      tags.add(added)
      return {}
    }),
    UntagResource: typed(({ ResourceARN, TagKeys = [] }: UntagResourceInput, call) => {
      tagsAt(ResourceARN, call).remove(TagKeys)
      return {}
    }),
    ListTagsForResource: typed(({ ResourceARN }: { ResourceARN?: string }, call) => ({
      Tags: tagsAt(ResourceARN, call).list(),
    })),
  }
}

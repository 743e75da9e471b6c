import type { CloudWatch, Tag } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../service.ts'
import { Tags } from '../tags.ts'
import type { Operations } from '../typed.ts'
import { noSuchResource, validation } from './faults.ts'

const MOST_TAGS = 50

/** @throws AwsFault where there are more than a resource may have. */
export function tagsOf(tags: readonly Tag[] = []): Tags {
  const made = new Tags(tags)
  if (made.list().length > MOST_TAGS) throw validation(`A resource takes at most ${MOST_TAGS} tags.`)
  return made
}

/** The tagging operations over whatever `find` knows by its ARN. */
export function createTagging(find: (arn: string, call: Call) => Tags | undefined): Operations<CloudWatch> {
  const tagsAt = (arn = '', call: Call): Tags => {
    const tags = find(arn, call)
    if (!tags) throw noSuchResource(arn)
    return tags
  }
  return {
    TagResource: ({ ResourceARN, Tags: added = [] }, call) => {
      const tags = tagsAt(ResourceARN, call)
      tagsOf([...tags.list(), ...added])
      tags.add(added)
    },
    UntagResource: ({ ResourceARN, TagKeys }, call) => tagsAt(ResourceARN, call).remove(TagKeys),
    ListTagsForResource: ({ ResourceARN }, call) => ({
      Tags: tagsAt(ResourceARN, call).list(),
    }),
  }
}

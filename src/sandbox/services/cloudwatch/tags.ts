import type { CloudWatch, Tag } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../service.ts'
import { Tags } from '../tags.ts'
import type { Operations } from '../typed.ts'
import { noSuchResource, validation } from './faults.ts'

/** @throws AwsFault where there are more than a resource may have, then or later. */
export const tagsOf = (tags?: readonly Tag[]): Tags =>
  new Tags(tags, () => validation('A resource takes at most 50 tags.'))

/** The tagging operations over whatever `find` knows by its ARN. */
export function createTagging(find: (arn: string, call: Call) => Tags | undefined): Operations<CloudWatch> {
  const tagsAt = (arn = '', call: Call): Tags => {
    const tags = find(arn, call)
    if (!tags) throw noSuchResource(arn)
    return tags
  }
  return {
    TagResource: ({ ResourceARN, Tags: added }, call) => tagsAt(ResourceARN, call).add(added),
    UntagResource: ({ ResourceARN, TagKeys }, call) => tagsAt(ResourceARN, call).remove(TagKeys),
    ListTagsForResource: ({ ResourceARN }, call) => ({
      Tags: tagsAt(ResourceARN, call).list(),
    }),
  }
}

import type { Tag } from '@aws-sdk/client-cloudwatch'
import { Tags } from '../tags.ts'
import { validation } from './faults.ts'

/** @throws AwsFault where there are more than a resource may have, then or later. */
export const tagsOf = (tags?: readonly Tag[]): Tags =>
  new Tags(tags, () => validation('A resource takes at most 50 tags.'))

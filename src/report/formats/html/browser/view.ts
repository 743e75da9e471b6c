import { namesLeft } from '../cells.ts'
import type { PageData } from '../page-data.ts'

/** What stands on the page, and what the reader has narrowed it to. */
export interface View {
  readonly data: PageData
  query: string
  chosen: { label: string; stacks: readonly number[] } | undefined
}

/** The groups that are left; undefined where it is not narrowed. */
export const leftOf = ({ data, query, chosen }: View) => namesLeft(data, query, chosen?.stacks)

export const isNarrowed = ({ query, chosen }: View): boolean => query.trim() !== '' || chosen !== undefined

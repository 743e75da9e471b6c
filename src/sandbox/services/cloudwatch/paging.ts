import { page } from '../../state.ts'
import { invalidToken } from './faults.ts'

/** One page of a list. @throws AwsFault for a token that is none of CloudWatch's. */
export function pageOf<Item>(items: readonly Item[], token: string | undefined, size: number) {
  if (token !== undefined && !/^\d+$/.test(token)) throw invalidToken()
  return page(items, token, size)
}

/** One page as an answer. */
export function pagedAs<Item>(name: string, items: readonly Item[], token: string | undefined, size: number): object {
  const { items: part, next } = pageOf(items, token, size)
  return { [name]: part, NextToken: next }
}

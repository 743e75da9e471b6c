import { describe, expect, test } from '@jest/globals'
import { itemsOf, pagesOf } from '../../src/aws/pages.ts'

interface Page {
  items?: number[]
  next?: string
  IsTruncated?: boolean
}

/** A list of these pages by their tokens, and the tokens it was asked with. */
function list(pages: (token: string) => Page | undefined) {
  const asked: string[] = []
  const ask = async (token = 'first') => {
    asked.push(token)
    return pages(token) ?? {}
  }
  return { ask, asked }
}

const of = (pages: Record<string, Page>) => (token: string) => pages[token]
const next = (page: Page) => page.next
const items = (page: Page) => page.items

test.each<[string, Record<string, Page>, number[], number]>([
  ['one page', { first: { items: [1, 2] } }, [1, 2], 1],
  ['several, one of them empty', { first: { items: [1], next: 'b' }, b: { next: 'c' }, c: { items: [2] } }, [1, 2], 3],
  ['an empty token at the end', { first: { items: [1], next: '' } }, [1], 1],
])('%s', async (_, pages, found, calls) => {
  const { ask, asked } = list(of(pages))
  expect(await itemsOf('x:List', ask, next, items)).toEqual(found)
  expect(asked).toHaveLength(calls)
})

test('asks for no more pages than are looked at', async () => {
  const { ask, asked } = list(of({ first: { items: [1], next: 'b' }, b: { items: [2] } }))
  for await (const page of pagesOf('x:List', ask, next)) if (page.items) break
  expect(asked).toEqual(['first'])
})

describe('a list without an end fails, with its call named, instead of counting as read', () => {
  const numbered = (token: string) => `${Number(token === 'first' ? 0 : token) + 1}`
  test.each<[string, (token: string) => Page, number]>([
    ['the same token for ever', () => ({ items: [1], next: 'a' }), 2],
    ['two tokens in turn', (token) => ({ items: [1], next: token === 'a' ? 'b' : 'a' }), 3],
    ['new tokens, and pages that are empty for ever', (token) => ({ items: [], next: numbered(token) }), 100],
    ['new tokens for ever', (token) => ({ items: [1], next: numbered(token) }), 1_000],
    ['cut, without a token', () => ({ items: [1], IsTruncated: true }), 1],
  ])('%s', async (_, pages, calls) => {
    const { ask, asked } = list(pages)
    await expect(itemsOf('x:List', ask, next, items)).rejects.toMatchObject({
      kind: 'aws',
      code: 'EndlessList',
      message: expect.stringContaining('x:List failed'),
    })
    expect(asked).toHaveLength(calls)
  })

  test('a list that is longer than most may have more pages', async () => {
    const { ask } = list((token) => ({ items: [1], next: token === '2000' ? '' : numbered(token) }))
    let pages = 0
    for await (const _ of pagesOf('x:List', ask, next, { mostPages: 5_000 })) pages += 1
    expect(pages).toBe(2_001)
  })

  test('fewer empty pages on end than that are part of a list', async () => {
    const { ask } = list((token) => ({
      items: Number(token) % 90 === 0 ? [1] : [],
      next: token === '500' ? '' : numbered(token),
    }))
    expect(await itemsOf('x:List', ask, next, items)).toHaveLength(5)
  })
})

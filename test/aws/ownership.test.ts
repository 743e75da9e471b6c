import { expect, test } from '@jest/globals'
import { ownerOf, tagMapFor, tagsFor } from '../../src/aws/ownership.ts'

test.each([
  ['no tags', undefined, 'unmarked'],
  ["others' tags", [{ Key: 'team', Value: 'x' }], 'unmarked'],
  ['our key with another value', [{ Key: 'managed-by', Value: 'terraform' }], 'unmarked'],
  ['our tag', [{ Key: 'managed-by', Value: 'bedrock-monitor' }], 'ours'],
  [
    'our tag and the mark of adoption',
    [
      { Key: 'bedrock-monitor:adopted', Value: 'true' },
      { Key: 'managed-by', Value: 'bedrock-monitor' },
    ],
    'adopted',
  ],
])('%s', (_title, tags, owner) => {
  expect(ownerOf(tags)).toBe(owner)
})

test('what is created is tagged as ours, what nobody marked as adopted', () => {
  expect(ownerOf(tagsFor(undefined))).toBe('ours')
  expect(ownerOf(tagsFor('ours'))).toBe('ours')
  expect(ownerOf(tagsFor('unmarked'))).toBe('adopted')
  expect(ownerOf(tagsFor('adopted'))).toBe('adopted')
  expect(tagMapFor('unmarked')).toEqual({ 'managed-by': 'bedrock-monitor', 'bedrock-monitor:adopted': 'true' })
})

import { expect, test } from '@jest/globals'
import { createOnce } from '../../src/aws/ownership.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Owner } from '../../src/core/resource.ts'

const exists = () => Promise.reject(new AppError('aws', 'EntityAlreadyExists', 'it exists'))
const standing = (owner: Owner) => async () => ({ state: {}, owner: async () => owner })
const unread = () => Promise.reject(new Error('read although nothing was in doubt'))

test('a creation that is answered is not looked at again', async () => {
  await expect(createOnce(Promise.resolve({}), unread, 'EntityAlreadyExists')).resolves.toBeUndefined()
})

test('one that finds our own thing was made by the call whose answer was lost', async () => {
  await expect(createOnce(exists(), standing('ours'), 'EntityAlreadyExists')).resolves.toBeUndefined()
})

test.each(['adopted', 'unmarked', 'foreign'] as const)('one that finds a thing that is %s fails', async (owner) => {
  await expect(createOnce(exists(), standing(owner), 'EntityAlreadyExists')).rejects.toThrow('it exists')
})

test('one that finds nothing, or fails for another reason, fails', async () => {
  await expect(createOnce(exists(), async () => undefined, 'EntityAlreadyExists')).rejects.toThrow('it exists')
  await expect(createOnce(exists(), unread, 'BucketAlreadyExists')).rejects.toThrow('it exists')
})

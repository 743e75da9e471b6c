import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { expect, test } from '@jest/globals'
import { startSandbox } from '../../../src/sandbox/sandbox.ts'
import { clientsOf } from '../clients.ts'

test('tells the account that the sandbox plays', async () => {
  const sandbox = await startSandbox({ account: '444455556666' })
  const identity = await clientsOf(sandbox).sts.send(new GetCallerIdentityCommand({}))
  expect(identity).toMatchObject({ Account: '444455556666', Arn: 'arn:aws:iam::444455556666:user/sandbox' })
  await sandbox.close()
})

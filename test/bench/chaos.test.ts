import { runChaos } from '../../bench/chaos/run';
import { mongoUri, temporalAddress } from '../helpers/servers';

test('workers killed at random moments, broken batches and late comments lose, double and disorder nothing', async () => {
  const result = await runChaos({
    mongoUrl: mongoUri('any').replace(/\/any$/, ''),
    temporalAddress: temporalAddress(),
    contacts: 20,
    kills: 6,
    messagesPerSecond: 8,
    longestLifeMs: 3_000,
    settings: { backupIntervalMs: 3_000 },
  });
  const { lost, doubled, outOfOrder, filesLost, filesDoubled, filesWrong } = result;
  expect({ lost, doubled, outOfOrder }).toEqual({ lost: 0, doubled: 0, outOfOrder: 0 });
  expect({ filesLost, filesDoubled, filesWrong }).toEqual({ filesLost: 0, filesDoubled: 0, filesWrong: 0 });
  expect(result.files).toBeGreaterThan(0);
  expect(result.messages).toBeGreaterThan(20);
  expect(result.reconcilingRequests).toBeLessThanOrEqual(
    result.unknownBatches + Object.values(result.again).reduce((sum, times) => sum + times, 0),
  );
});

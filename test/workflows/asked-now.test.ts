import { backUpNowSignal, messagesArrivedSignal } from '../../workflows/messages';
import { beginLink, env, id, quietRound, scripts, usePlots } from '../scenes/plots';

usePlots();

test('a round that a person asks for says so, once: it waits for no drain', async () => {
  const handle = await beginLink({ checkLink: () => quietRound });
  await env.sleep('10s');
  const inputs: object[] = [];
  const script = scripts.get(id);
  if (script) script.inputs = inputs;
  await handle.signal(backUpNowSignal);
  await env.sleep('10s');
  await handle.signal(messagesArrivedSignal);
  await env.sleep('10s');
  expect(inputs).toMatchObject([{ asked: true }, { asked: false }]);
});

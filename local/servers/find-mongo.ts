import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findKept, keepBuilt, type Kept, type Say } from '../fetching/cache';
import { download, findDownloaded } from '../fetching/download';
import { firstLine } from './find-temporal';
import { findOnPath, runProgram } from '../fetching/programs';

/** A MongoDB that runs already, a real `mongod`, or the folder of the Java stand-in with its `lib`. */
export type MongoFound =
  | { kind: 'uri'; uri: string; why: string }
  | { kind: 'mongod'; path: string; why: string }
  | { kind: 'stand-in'; folder: string; why: string };

/** Where data of an earlier start lies under DATA_DIR: a mongod's folder, the stand-in's file. */
export const mongodFolder = 'mongo';
export const standInFile = 'mongo.mv';

/**
 * Finds MongoDB: MONGODB_URI, `mongod` on the PATH, mongodb-memory-server's download, the Java stand-in. Data in
 * `dataDir` binds: what wrote it is used again, even when another would come first.
 */
export async function findMongo(
  say: Say,
  { env = process.env, dataDir }: { env?: NodeJS.ProcessEnv; dataDir?: string } = {},
): Promise<MongoFound> {
  const uri = env['MONGODB_URI'];
  if (uri) return { kind: 'uri', uri, why: 'MONGODB_URI is set' };
  const owner = dataDir === undefined ? null : findDataOwner(dataDir);
  if (owner === 'stand-in')
    return { ...(await standIn(say)), why: `the data in ${standInFile} is the Java stand-in's` };
  const mongod = findMongod(env);
  if (mongod) return mongod;
  const kept = owner === 'mongod' ? null : findKept(standInKept());
  if (kept) return { kind: 'stand-in', folder: kept, why: 'the Java stand-in, built earlier' };
  try {
    say('MongoDB: asking mongodb-memory-server to download mongod');
    return {
      kind: 'mongod',
      path: await download('mongod', say),
      why: 'downloaded by mongodb-memory-server',
    };
  } catch (error) {
    say(`MongoDB: ${firstLine(error)}`);
    if (owner === 'mongod')
      throw new Error(`The data in ${mongodFolder}/ needs a mongod, and none was found.`, { cause: error });
  }
  return standIn(say);
}

function findMongod(env: NodeJS.ProcessEnv): MongoFound | null {
  const onPath = findOnPath('mongod', env);
  if (onPath) return { kind: 'mongod', path: onPath, why: 'found on the PATH' };
  const path = findDownloaded('mongod');
  return path === null ? null : { kind: 'mongod', path, why: 'downloaded earlier by mongodb-memory-server' };
}

function findDataOwner(dataDir: string): 'mongod' | 'stand-in' | null {
  if (existsSync(join(dataDir, standInFile))) return 'stand-in';
  const folder = join(dataDir, mongodFolder);
  return existsSync(folder) && readdirSync(folder).length > 0 ? 'mongod' : null;
}

const sources = join(__dirname, '../mongo');

/** Named by its sources' content: a changed stand-in is built anew, and two clones of one version share one build. */
function standInKept(): Kept {
  const hash = createHash('sha256');
  for (const name of ['LocalMongo.java', 'pom.xml']) hash.update(readFileSync(join(sources, name)));
  return { name: `local-mongo-1-${hash.digest('hex').slice(0, 8)}`, proof: 'lib/classes/LocalMongo.class' };
}

async function standIn(say: Say): Promise<MongoFound & { kind: 'stand-in' }> {
  const folder = await keepBuilt(standInKept(), (draft) => buildStandIn(draft, say), say);
  return { kind: 'stand-in', folder, why: 'the Java stand-in, as no mongod was found' };
}

async function buildStandIn(folder: string, say: Say): Promise<void> {
  const [mvn, javac] = [findOnPath('mvn'), findOnPath('javac')];
  if (!mvn || !javac) {
    throw new Error(
      'No MongoDB: set MONGODB_URI, put `mongod` on the PATH, allow the download, or install a JDK (17 or later) and Maven.',
    );
  }
  say('MongoDB: building the Java stand-in; this happens once and takes about a minute');
  for (const name of ['LocalMongo.java', 'pom.xml']) copyFileSync(join(sources, name), join(folder, name));
  await runProgram(mvn, ['-B', '-q', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], {
    cwd: folder,
    progress: { label: 'fetching its libraries', say },
  });
  mkdirSync(join(folder, 'lib', 'classes'), { recursive: true });
  await runProgram(javac, ['-cp', 'lib/*', '-d', 'lib/classes', 'LocalMongo.java'], { cwd: folder });
}

import type { Socket } from 'node:net';
import type { Request } from 'express';

const known = new WeakSet<Socket>();

/** A request on this connection had the right token, session or signature: it is not a stranger's. */
export const letIn = ({ socket }: Request): void => void known.add(socket);

export const isLetIn = (socket: Socket): boolean => known.has(socket);

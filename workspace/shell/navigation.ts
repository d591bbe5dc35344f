import type { Component } from 'vue';
import ContactsIcon from '@bitrix24/b24icons-vue/outline/ThreePersonsIcon';
import LinkingIcon from '@bitrix24/b24icons-vue/outline/LinkIcon';
import OverviewIcon from '@bitrix24/b24icons-vue/outline/SpeedMeterIcon';
import PortalIcon from '@bitrix24/b24icons-vue/outline/CrmIcon';
import SourcesIcon from '@bitrix24/b24icons-vue/outline/WhatsappIcon';

interface Place {
  /** The name of the route, and of its word in the messages. */
  name: string;
  icon: Component;
  /** Pages that belong to it and are reached from it. */
  with?: readonly string[];
}

/** The places of the workspace in the order they are used. */
export const places: readonly Place[] = [
  { name: 'overview', icon: OverviewIcon },
  { name: 'contacts', icon: ContactsIcon, with: ['contact', 'forgotten'] },
  { name: 'linking', icon: LinkingIcon },
  { name: 'sources', icon: SourcesIcon, with: ['source', 'unreadable'] },
  { name: 'portal', icon: PortalIcon },
];

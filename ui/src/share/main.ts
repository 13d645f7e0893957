import { mount } from 'svelte';

import '../app.css';
import SharePage from './SharePage.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('share.html has no #app');
mount(SharePage, { target });

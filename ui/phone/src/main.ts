import { mount } from 'svelte';
import './locale.svelte.js';
import Phone from './Phone.svelte';
import { guardCompositions } from '$kit/typing.js';
import '$kit/styles/tokens.css';
import './phone.css';

guardCompositions(document);
mount(Phone, { target: document.getElementById('phone')! });

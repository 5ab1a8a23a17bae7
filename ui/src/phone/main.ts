import { mount } from 'svelte';
import Phone from './Phone.svelte';
import '../styles/tokens.css';

mount(Phone, { target: document.getElementById('phone')! });
